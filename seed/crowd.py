"""A whole crowd in arrays, for measurements: people, works that cite each other, posts and signed reviews of them.

People write within circles of twenty; works cite earlier ones, some of them very often; posts have a merit, people a
severity and a care, and what they rate follows from these. Everything but ids follows from the seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Engine, PoolProxiedConnection

from scholarnet.forms import form_of
from scholarnet.models import (
    Authorship,
    Citation,
    Post,
    PostAuthor,
    PostStatus,
    PostTag,
    PostVersion,
    Publication,
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
from seed.draws import AUTHORS, CIRCLE, Sizes, draw_citations, draw_pairs
from seed.lexicon import all_fields, lexicon
from seed.loading import Content, Loader, Picked, loading
from seed.verses import KIND, VERSES, criticisms, titles, verses

TAGS = 3
SPAN_DAYS, STEP_MINUTES = 730, 60
FIRST_YEAR, YEARS = 1990, 36
TRUSTS = (0.3, 0.8, 1.0)


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
        names, of = titles(self.rng, n), self.rng.integers(0, len(fields), n)
        self.loader.fill(
            Publication,
            n,
            id=np.arange(1, n + 1),
            title=names,
            title_key=[title_key(title) for title in names],
            abstract=self._pick(n, [text["abstract"] for text in verses()]),
            year=FIRST_YEAR + np.arange(n) * YEARS // n,
            field=Picked([one.name for one in fields], of),
            venue_id=of + 1,
            extra={},
        )
        self._authors(Authorship, "publication_id", n)
        citing, cited = draw_citations(self.rng, self.sizes)
        self.loader.fill(Citation, len(citing), citing_id=citing, cited_id=cited)

    def posts(self) -> Ints:
        """Posts, all published; returns the first author's circle of each."""
        n = self.sizes.posts
        moments = self._moments(n)
        at = {"created_at": moments, "updated_at": moments, "published_at": moments}
        ids = np.arange(1, n + 1)
        self.loader.fill(Post, n, id=ids, kind=KIND, status=PostStatus.PUBLISHED, version_number=1, **at)
        texts = verses()
        content = {name: self._pick(n, [text[name] for text in texts]) for name in ("abstract", "lay_summary")}
        self.loader.fill(PostVersion, n, id=ids, post_id=ids, number=1, title=titles(self.rng, n), **content, **at)
        tags = sorted({tag for field in all_fields() for tag in field.tags})
        numbers = np.arange(1, len(tags) + 1)
        self.loader.fill(Tag, len(tags), id=numbers, name=[tag.lower().replace(" ", "-") for tag in tags], label=tags)
        first = self.rng.integers(0, len(tags), n)
        chosen = (first[:, None] + np.arange(TAGS) * (len(tags) // TAGS)) % len(tags) + 1
        self.loader.fill(PostTag, n * TAGS, post_id=np.repeat(ids, TAGS), tag_id=chosen.ravel())
        return self._authors(PostAuthor, "post_id", n)

    def reviews(self, circle: Ints) -> None:
        """Reviews by people of other circles, what they rate, and the log of it all."""
        post, reviewer = draw_pairs(self.rng, self.sizes, circle)
        n, form = len(post), form_of(KIND)
        merit = self.rng.normal(size=self.sizes.posts + 1)[post]
        severity, care = (draw[reviewer] for draw in self._habits())
        felt = merit + severity + care * self.rng.normal(size=n)
        place = np.clip(np.rint(5.5 + 1.8 * felt), form.overall.low, form.overall.high).astype(np.int64)
        each = VERSES // form.overall.high
        texts = criticisms()
        said_at = (place - 1) * each + self.rng.integers(0, each, n)
        spoken = self._moments(n)
        ids = np.arange(1, n + 1)
        said: dict[str, Content] = {
            "overall": place.astype(np.float64),
            "confidence": self.rng.integers(1, 6, n),
            "ratings": Picked([ratings for ratings, _ in texts], said_at),
            "body": Picked([body for _, body in texts], said_at),
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


def gather(
    engine: Engine,
    connection: PoolProxiedConnection,
    *,
    sizes: Sizes,
    seed: int,
    now: datetime,
    on_progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Load a crowd into an empty database (see `loading`); `on_progress` is told what begins."""
    with loading(engine, connection, on_progress) as loader:
        crowd = Crowd(loader, np.random.default_rng(seed), sizes, now)
        on_progress(f"{sizes.researchers:,} researchers")
        crowd.people()
        on_progress(f"{sizes.publications:,} publications and {sizes.citations:,} citations")
        crowd.works()
        on_progress(f"{sizes.posts:,} posts")
        circle = crowd.posts()
        on_progress(f"{sizes.reviews:,} reviews")
        crowd.reviews(circle)
