"""A whole crowd in arrays, for measurements: people, works that cite each other, posts and signed reviews of them.

People write within circles of twenty; works cite earlier ones, some of them very often; posts have a merit, people a
severity and a care, and what they rate follows from these. Everything but ids follows from the seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Engine

from scholarnet.errors import Invalid
from scholarnet.forms import PostKind, form_of
from scholarnet.models import (
    Authorship,
    Citation,
    Post,
    PostAuthor,
    PostStatus,
    PostTag,
    PostVersion,
    Publication,
    Recommendation,
    Researcher,
    Review,
    ReviewRevision,
    ScoreEvent,
    ScoreEventKind,
    Tag,
    Venue,
    Verification,
)
from scholarnet.models.publication import title_key
from scholarnet.person_names import name_key
from scoring.arrays import Floats, Ints
from seed.lexicon import all_fields, lexicon
from seed.loading import Content, Loader, Picked, loading
from seed.texts import choose_topic, post_content, review_body

KIND = PostKind.PREPRINT
CIRCLE, AUTHORS, TAGS = 20, 3, 3
VERSES = 2_000  # different abstracts, and reviews
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
SPAN_DAYS, STEP_MINUTES = 730, 60
FIRST_YEAR, YEARS = 1990, 36
TRUSTS = (0.3, 0.8, 1.0)
MOST_REVIEWS = 2_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many there are of each."""

    researchers: int
    publications: int
    citations: int
    posts: int
    reviews: int

    @classmethod
    def of(cls, scale: float) -> "Sizes":
        """`scale` times 100,000 people, a million works, ten million citations, a million posts, five million reviews;
        Invalid below .001."""
        if not 0.001 <= scale <= 10:
            raise Invalid("bulk", "must be .001 to 10")
        people = round(scale * 100_000)
        return cls(people, 10 * people, 100 * people, 10 * people, 50 * people)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Draws it all and fills the tables of an empty database."""

    loader: Loader
    rng: np.random.Generator
    sizes: Sizes
    now: datetime

    def people(self) -> None:
        """Researchers, most of them verified."""
        n, words = self.sizes.researchers, lexicon()
        names = [f"{given} {family}" for given in words["given"] for family in words["family"]]
        named = self._pick(n, names)
        self.loader.fill(
            Researcher,
            n,
            id=np.arange(1, n + 1),
            name=named,
            name_key=Picked([name_key(one) for one in names], named.at),
            handle=[f"person-{at}" for at in range(1, n + 1)],
            email=[f"person-{at}@university.example" for at in range(1, n + 1)],
            fields=self._pick(n, [[field.name] for field in all_fields()]),
            career_start=self.rng.integers(FIRST_YEAR - 10, FIRST_YEAR + YEARS - 1, n),
            is_claimed=True,
            verification=self._pick(n, [Verification.EDITOR] * 4 + [Verification.NONE]),
        )

    def works(self) -> None:
        """Publications in the order of their years, their authors, and what they cite."""
        n, fields = self.sizes.publications, all_fields()
        self.loader.fill(Venue, len(fields), id=np.arange(1, len(fields) + 1), name=[one.venue for one in fields])
        titles, of = self._titles(n), self.rng.integers(0, len(fields), n)
        self.loader.fill(
            Publication,
            n,
            id=np.arange(1, n + 1),
            title=titles,
            title_key=[title_key(title) for title in titles],
            abstract=self._pick(n, [text["abstract"] for text in _verses()]),
            year=FIRST_YEAR + np.arange(n) * YEARS // n,
            field=Picked([one.name for one in fields], of),
            venue_id=of + 1,
            extra={},
        )
        self._authors(Authorship, "publication_id", n)
        citing, cited = self._citations()
        self.loader.fill(Citation, len(citing), citing_id=citing, cited_id=cited)

    def posts(self) -> Ints:
        """Posts, all published; returns the first author's circle of each."""
        n = self.sizes.posts
        moments = self._moments(n)
        at = {"created_at": moments, "updated_at": moments, "published_at": moments}
        ids = np.arange(1, n + 1)
        self.loader.fill(Post, n, id=ids, kind=KIND, status=PostStatus.PUBLISHED, version_number=1, **at)
        verses = _verses()
        content = {name: self._pick(n, [text[name] for text in verses]) for name in ("abstract", "lay_summary")}
        self.loader.fill(PostVersion, n, id=ids, post_id=ids, number=1, title=self._titles(n), **content, **at)
        tags = sorted({tag for field in all_fields() for tag in field.tags})
        numbers = np.arange(1, len(tags) + 1)
        self.loader.fill(Tag, len(tags), id=numbers, name=[tag.lower().replace(" ", "-") for tag in tags], label=tags)
        first = self.rng.integers(0, len(tags), n)
        chosen = (first[:, None] + np.arange(TAGS) * (len(tags) // TAGS)) % len(tags) + 1
        self.loader.fill(PostTag, n * TAGS, post_id=np.repeat(ids, TAGS), tag_id=chosen.ravel())
        return self._authors(PostAuthor, "post_id", n)

    def reviews(self, circle: Ints) -> None:
        """Reviews by people of other circles, what they rate, and the log of it all."""
        post, reviewer = self._pairs(circle)
        n, form = len(post), form_of(KIND)
        merit = self.rng.normal(size=self.sizes.posts + 1)[post]
        severity, care = (draw[reviewer] for draw in self._habits())
        felt = merit + severity + care * self.rng.normal(size=n)
        place = np.clip(np.rint(5.5 + 1.8 * felt), form.overall.low, form.overall.high).astype(np.int64)
        each = VERSES // form.overall.high
        verses = _reviews()
        said_at = (place - 1) * each + self.rng.integers(0, each, n)
        spoken = self._moments(n)
        ids = np.arange(1, n + 1)
        said: dict[str, Content] = {
            "overall": place.astype(np.float64),
            "confidence": self.rng.integers(1, 6, n),
            "ratings": Picked([ratings for ratings, _ in verses], said_at),
            "body": Picked([body for _, body in verses], said_at),
            "version_number": 1,
            "created_at": spoken,
        }
        self.loader.fill(
            Review,
            n,
            id=ids,
            post_id=post,
            reviewer_id=reviewer,
            trust=self._pick(n, TRUSTS),
            created_on=Picked([one.date() for one in spoken.values], spoken.at),
            updated_at=spoken,
            **said,
        )
        self.loader.fill(ReviewRevision, n, review_id=ids, number=1, **said)
        self._log(post, ids)

    def _log(self, post: Ints, review: Ints) -> None:
        """The posts' lines, then the reviews'."""
        n = self.sizes.posts
        published: dict[str, Content] = {
            "kind": ScoreEventKind.POST_PUBLISHED,
            "payload": {"version": 1},
            "created_at": self.now,
        }
        sequence = np.arange(1, n + len(post) + 1)
        self.loader.fill(ScoreEvent, n, sequence=sequence[:n], post_id=np.arange(1, n + 1), **published)
        submitted: dict[str, Content] = {
            "kind": ScoreEventKind.REVIEW_SUBMITTED,
            "payload": {"revision": 1},
            "created_at": self.now,
        }
        self.loader.fill(ScoreEvent, len(post), sequence=sequence[n:], post_id=post, review_id=review, **submitted)
        self.loader.run(f"UPDATE score_log SET last_sequence = {len(sequence)}")  # noqa: S608  (a number)

    def _authors(self, model: Any, work: str, n: int) -> Ints:
        """Three people of one circle each; returns the circles, from 0."""
        circle = self.rng.integers(0, self.sizes.researchers // CIRCLE, n)
        first = self.rng.integers(0, CIRCLE, n)
        step = self.rng.integers(1, CIRCLE // AUTHORS, n)
        people = circle[:, None] * CIRCLE + (first[:, None] + step[:, None] * np.arange(AUTHORS)) % CIRCLE + 1
        self.loader.fill(
            model,
            n * AUTHORS,
            **{work: np.repeat(np.arange(1, n + 1), AUTHORS)},
            researcher_id=people.ravel(),
            position=np.tile(np.arange(1, AUTHORS + 1), n),
        )
        return circle

    def _citations(self) -> tuple[Ints, Ints]:
        """Pairs of a work and an earlier one, sorted, each once; u³ makes some very much cited."""
        n, m = self.sizes.publications, self.sizes.citations
        citing = self.rng.integers(1, n, m)
        order = self.rng.permutation(n)
        near = self.rng.random(m) < 0.5
        cited = np.where(near, citing - 1 - (citing - 1) * self.rng.random(m) ** 4, n * self.rng.random(m) ** 3)
        cited = np.where(near, cited, order[np.minimum(cited.astype(np.int64), n - 1)]).astype(np.int64)
        earlier, later = np.minimum(citing, cited), np.maximum(citing, cited)
        pairs = np.unique((later * n + earlier)[earlier < later])
        return pairs // n + 1, pairs % n + 1

    def _pairs(self, circle: Ints) -> tuple[Ints, Ints]:
        """Post and reviewer, sorted by moment at random: steps from circle to circle, so that nobody comes twice."""
        circles = self.sizes.researchers // CIRCLE
        most = min(MOST_REVIEWS, circles - 1)
        heavy = self.rng.pareto(1.5, self.sizes.posts)
        counts = np.minimum(self.rng.multinomial(self.sizes.reviews, heavy / heavy.sum()), most)
        post = np.repeat(np.arange(self.sizes.posts), counts)
        nth = np.arange(len(post)) - np.repeat(np.cumsum(counts) - counts, counts)
        stride = circles // np.maximum(counts, 1)  # the nth reviewer is from the nth of as many arcs, but the authors'
        away = np.minimum(1 + nth * stride[post] + self.rng.integers(0, circles, len(post)) % stride[post], circles - 1)
        reviewer = (circle[post] + away) % circles * CIRCLE + self.rng.integers(0, CIRCLE, len(post))
        mixed = self.rng.permutation(len(post))
        return post[mixed] + 1, reviewer[mixed] + 1

    def _habits(self) -> tuple[Floats, Floats]:
        n = self.sizes.researchers + 1
        return 0.4 * self.rng.normal(size=n), 0.5 + self.rng.gamma(4.0, 0.1, n)

    def _moments(self, n: int) -> Picked:
        steps = SPAN_DAYS * 24 * 60 // STEP_MINUTES
        start = self.now - timedelta(days=SPAN_DAYS)
        moments = [start + timedelta(minutes=STEP_MINUTES * at) for at in range(steps)]
        return Picked(moments, self.rng.integers(0, steps, n))

    def _pick(self, n: int, values: Any) -> Picked:
        return Picked(values, self.rng.integers(0, len(values), n))

    def _titles(self, n: int) -> list[str]:
        """Titles of the lexicon, told apart by a made-up name."""
        stems = [text["title"] for text in _verses()]
        names = [one + two for one in SYLLABLES for two in SYLLABLES]
        drawn = self.rng.integers(0, len(stems), n).tolist()
        told = self.rng.integers(0, len(names), (n, 2)).tolist()
        return [f"{stems[at]}: {names[one]} {names[two]}" for at, (one, two) in zip(drawn, told, strict=True)]


@cache
def _verses() -> list[dict[str, str]]:
    """Titles and abstracts."""
    rng, fields = np.random.default_rng(0), all_fields()
    topics = (choose_topic(rng, fields[at % len(fields)]) for at in range(VERSES))
    return [post_content(rng, KIND, topic) for topic in topics]


@cache
def _reviews() -> list[tuple[dict[str, int], str]]:
    """Ratings and words, as many of each overall rating, from the least."""
    rng, form, fields, advices = np.random.default_rng(0), form_of(KIND), all_fields(), list(Recommendation)
    said: list[tuple[dict[str, int], str]] = []
    for at in range(VERSES):
        overall = 1 + at * form.overall.high // VERSES
        middle = 1 + 4 * (overall - 1) / 9
        ratings = {one.name: int(np.clip(round(middle + rng.normal()), 1, 5)) for one in form.criteria}
        topic, advice = choose_topic(rng, fields[at % len(fields)]), advices[int(rng.integers(len(advices)))]
        said.append((ratings, review_body(rng, form, topic, ratings, overall, advice)))
    return said


def gather(
    engine: Engine, *, sizes: Sizes, seed: int, now: datetime, on_progress: Callable[[str], None] = lambda _: None
) -> None:
    """Load a crowd into an empty database, all of it or nothing; `on_progress` is told what begins."""
    with loading(engine) as loader:
        crowd = Crowd(loader, np.random.default_rng(seed), sizes, now)
        on_progress(f"{sizes.researchers:,} researchers")
        crowd.people()
        on_progress(f"{sizes.publications:,} publications and {sizes.citations:,} citations")
        crowd.works()
        on_progress(f"{sizes.posts:,} posts")
        circle = crowd.posts()
        on_progress(f"{sizes.reviews:,} reviews")
        crowd.reviews(circle)
        on_progress("indexes and foreign keys, checked")
