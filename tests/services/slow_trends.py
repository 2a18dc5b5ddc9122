"""Trends counted slowly: plain loops over all rows, written from the definitions and sharing no code with services."""

import math
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import (
    Cluster,
    Epoch,
    Post,
    PostAuthor,
    PostRecommendation,
    PostScore,
    PostTag,
    Review,
    ReviewerFit,
    SavedPost,
    ScoreLog,
)

H, POOL, BASE_DAYS = 3.0, 0.1, 90


class Slow:
    """All rows of a community, and what follows from them by day."""

    def __init__(self, session: Session) -> None:
        def everything(table: Any) -> list[Any]:
            return list(session.scalars(select(table)))

        self.epoch = session.scalars(select(Epoch).join(ScoreLog, ScoreLog.current_epoch_id == Epoch.id)).one()
        self.public = {one.id for one in everything(Post) if (one.status, one.audience) == ("published", "public")}
        scores = [one for one in everything(PostScore) if one.epoch_id == self.epoch.id]
        self.scores = {one.post_id: one for one in scores if one.post_id in self.public}
        self.authors, self.tags = defaultdict(set), defaultdict(set)
        for one in everything(PostAuthor):
            self.authors[one.post_id].add(one.researcher_id)
        for one in everything(PostTag):
            self.tags[one.post_id].add(one.tag_id)
        budgeted = {one.id for one in everything(Cluster) if one.budget is not None}
        fits = [one for one in everything(ReviewerFit) if one.epoch_id == self.epoch.id]
        self.cluster = {one.researcher_id: one.cluster_id for one in fits if one.cluster_id in budgeted}
        self.events = self._events(everything(Review), everything(PostRecommendation), everything(SavedPost))

    def _events(self, reviews: list[Any], recommendations: list[Any], saves: list[Any]) -> list[dict[str, Any]]:
        found = []
        for one in reviews:
            if one.withdrawn_at is None:
                who = ("name", one.reviewer_id) if one.identity == "signed" else ("review", one.id)
                found.append((one.post_id, one.created_on, who, one.reviewer_id, one.trust, one.eligibility))
        for kind, weight, rows in (("name", 0.4, recommendations), ("save", 0.15, saves)):
            for one in rows:
                is_own = one.researcher_id in self.authors[one.post_id]
                if getattr(one, "revoked_at", None) is None and not is_own:
                    who = (kind, one.researcher_id)
                    found.append((one.post_id, one.created_on, who, who[1], one.trust, one.eligibility * weight))
        events = []
        for post_id, day, who, researcher_id, trust, weight in found:
            if post_id in self.public and weight > 0:
                is_trusted = trust >= 0.2
                known = trust if who[0] == "name" else (0.8 if is_trusted else 0.0)
                crowd = self.cluster.get(researcher_id) if who[0] != "review" and is_trusted else None
                weight *= min(max(known, 0.2), 0.8) / 0.8
                events.append(
                    {"post": post_id, "day": day, "who": who, "weight": weight, "new": not is_trusted, "crowd": crowd}
                )
        return events

    def days_of(self, post_id: int) -> dict[date, dict[Any, float]]:
        """What each voice weighs on each day, bounded: a source, a cluster as one, the unvouched as one."""
        heaviest: dict[Any, dict[str, Any]] = {}
        for one in self.events:
            key = one["day"], one["who"]
            if one["post"] == post_id and (key not in heaviest or heaviest[key]["weight"] < one["weight"]):
                heaviest[key] = one
        days: dict[date, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
        for (day, who), one in heaviest.items():
            voice = "new" if one["new"] else who if one["crowd"] is None else ("cluster", one["crowd"])
            days[day][voice] += one["weight"]
        for voices in days.values():
            for voice in voices:
                if voice[0] == "cluster":
                    voices[voice] = min(voices[voice], 1.0)
            trusted = sum(weight for voice, weight in voices.items() if voice != "new")
            if "new" in voices:
                voices["new"] = min(voices["new"], POOL + 0.1 * trusted)
        return days

    def base_rates(self) -> tuple[dict[int, float], float]:
        """B of each tag and of all, as of the epoch's day."""
        today = self.epoch.as_of.date()
        of_post = {}
        for post_id in self.public:
            recent = [v for d, v in self.days_of(post_id).items() if today - timedelta(BASE_DAYS) < d <= today]
            of_post[post_id] = sum(sum(voices.values()) for voices in recent) / BASE_DAYS * H / math.log(2)
        overall = (sum(of_post.values()) + 5 * 0.1) / (len(of_post) + 5)
        posts = defaultdict(list)
        for post_id in self.public:
            for tag in self.tags[post_id]:
                posts[tag].append(of_post[post_id])
        return {tag: (sum(of) + 5 * overall) / (len(of) + 5) for tag, of in posts.items()}, overall

    def trending(self, theta_low: dict[int, float]) -> dict[int, float]:
        """The sort key of every post, given θ at the lower end of its interval."""
        rates, overall = self.base_rates()
        today = self.epoch.as_of.date()
        since_origin = (today - date(2020, 1, 1)).days * math.log(2) / H
        result = {}
        for post_id in self.public:
            heard: dict[Any, float] = defaultdict(float)
            for day, voices in self.days_of(post_id).items():
                for voice, weight in voices.items():
                    heard[voice] += weight * 2.0 ** ((day - today).days / H)
            total = sum(heard.values())
            if not total:
                result[post_id] = -1e6
                continue
            n_effective = total**2 / sum(one**2 for one in heard.values())
            rate = max((rates[tag] for tag in self.tags[post_id]), default=overall)
            quality = -math.log1p(math.exp(-theta_low[post_id]))
            result[post_id] = (
                since_origin + math.log(total) - 1.2816 / math.sqrt(n_effective) - math.log(rate) + quality
            )
        return result

    def is_sound(self, post_id: int) -> bool:
        score = self.scores[post_id]
        return score.decision != "rejected" and score.tier != "weak" and (score.value is None or score.value >= 5.0)

    def _of_window(self, today: date, window: int) -> tuple[dict[int, dict[Any, float]], dict[int, float]]:
        """Of each post what each voice weighs in the window, and what all weigh before it."""
        since = today - timedelta(window)
        now: dict[int, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
        before: dict[int, float] = defaultdict(float)
        by_day: dict[Any, float] = {}
        for one in self.events:
            if not one["new"] and since - timedelta(BASE_DAYS) < one["day"] <= today:
                kind, source = one["who"]
                voice = (kind, source) if one["crowd"] is None else (kind, ("cluster", one["crowd"]))
                key = one["post"], one["day"], voice
                by_day[key] = max(by_day.get(key, 0.0), one["weight"])
        for (post_id, day, voice), weight in by_day.items():
            if day <= since:
                before[post_id] += weight
            elif self.is_sound(post_id):
                now[post_id][voice] += weight
        return now, before

    def rising(self, today: date, window: int) -> dict[str, dict[int, tuple[float, float, int]]]:
        """Of every post, tag and researcher that rises: its weight, what was expected, the least number of accounts."""
        now, before = self._of_window(today, window)
        overall = (sum(before.values()) / BASE_DAYS + 5 * 0.1 * math.log(2) / H) / (len(self.public) + 5)
        tagged, written = self._turned(self.tags), self._turned(self.authors)
        rate = {
            tag: (sum(before[one] for one in posts) / BASE_DAYS + 5 * overall) / (len(posts) + 5)
            for tag, posts in tagged.items()
        }
        of_post = {post_id: max((rate[tag] for tag in self.tags[post_id]), default=overall) for post_id in self.public}

        def risen(posts: set[int], expected: float, kinds: tuple[str, ...]) -> tuple[float, float, int] | None:
            voices = {voice for post_id in posts for voice in now[post_id]}
            n = max(sum(voice[0] == kind for voice in voices) for kind in kinds)
            weight = sum(sum(now[post_id].values()) for post_id in posts)
            is_risen = n >= 2 and math.log((weight + 0.3) / (expected + 0.3)) >= 0.4
            return (weight, expected, n) if is_risen else None

        accounts = ("name", "save")
        found = {
            "posts": {one: risen({one}, window * of_post[one], (*accounts, "review")) for one in self.public},
            "tags": {tag: risen(posts, window * len(posts) * rate[tag], accounts) for tag, posts in tagged.items()},
            "researchers": {
                author: risen(posts, window * sum(of_post[one] for one in posts), accounts)
                for author, posts in written.items()
            },
        }
        return {name: {key: one for key, one in of.items() if one} for name, of in found.items()}

    def _turned(self, of_post: dict[int, set[int]]) -> dict[int, set[int]]:
        turned = defaultdict(set)
        for post_id in self.public:
            for key in of_post[post_id]:
                turned[key].add(post_id)
        return turned
