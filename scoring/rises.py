"""How far what happens now exceeds what was to be expected: of a post, a tag, a researcher, by its own topic's rate."""

import math
from dataclasses import dataclass

from scoring.parameters import DEFAULT, Parameters


@dataclass(frozen=True, slots=True)
class Rates:
    """Weights of events that a post has a day in the base period: of all posts, and of each topic, drawn towards it."""

    overall: float
    topics: dict[int, float]

    @classmethod
    def of(
        cls,
        total: float,
        n_posts: int,
        topics: dict[int, tuple[float, int]],
        parameters: Parameters = DEFAULT,
    ) -> "Rates":
        """total: weight of all events of the period; topics: of each topic that weight and its number of posts."""
        days, prior = parameters.trend_base_days, parameters.trend_base_posts
        still = parameters.trend_base_rate * math.log(2.0) / parameters.trend_half_life
        overall = (total / days + prior * still) / (n_posts + prior)
        drawn = {topic: (weight / days + prior * overall) / (n + prior) for topic, (weight, n) in topics.items()}
        return cls(overall, drawn)

    def of_post(self, topics: list[int]) -> float:
        """The rate of a post's busiest topic; that of all posts where there is none, or nothing is known of it."""
        return max((self.topics.get(topic, self.overall) for topic in topics), default=self.overall)


def rise(weight: float, expected: float, parameters: Parameters = DEFAULT) -> float:
    """ln of what is over what was expected, both with a little added, so that a still field needs more than a save."""
    return math.log((weight + parameters.rise_prior) / (expected + parameters.rise_prior))
