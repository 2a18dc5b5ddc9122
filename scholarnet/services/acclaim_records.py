"""What an epoch knew of votes, followers, answers and credits, as records, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from scholarnet.services.acclaim import Acclaim, Answer, Credit, Followers, Vote
from scholarnet.services.record_values import plain, typed
from scholarnet.services.snapshots import Snapshot

Record = dict[str, Any]


def people_acclaimed(snapshot: Snapshot) -> set[int]:
    """Who is followed, had an answer accepted, or has credit for unsigned reviews."""
    acclaim = snapshot.acclaim
    return {
        *acclaim.followers,
        *(one.researcher_id for one in acclaim.answers),
        *(one.researcher_id for one in acclaim.credits),
    }


def acclaim_records(snapshot: Snapshot) -> dict[int, Record]:
    """By researcher. Answers are numbered in the order of the snapshot; who follows or asked is not told."""
    acclaim, found = snapshot.acclaim, dict[int, Record]()
    for who in people_acclaimed(snapshot):
        followers = acclaim.followers.get(who)
        found[who] = {"followers": None if followers is None else list(followers), "answers": [], "credits": {}}
    for at, answer in enumerate(acclaim.answers):
        found[answer.researcher_id]["answers"].append([at, answer.weight])
    for credit in acclaim.credits:
        found[credit.researcher_id]["credits"][credit.quarter] = credit.amount
    return found


def vote_records(
    snapshot: Snapshot, *, people: Mapping[int, int], clusters: Mapping[int, int]
) -> dict[int, list[Record]]:
    """By review, in the order of the snapshot. Whose a vote is is told where a cluster's budget bounds it, not else."""
    found: dict[int, list[Record]] = {}
    for at, one in enumerate(snapshot.acclaim.votes):
        record = {
            "at": at,
            **plain(one._asdict()),
            "by": people.get(one.voter_id) if one.voter_id in clusters else None,
        }
        del record["review_id"], record["voter_id"]
        found.setdefault(one.review_id, []).append(record)
    return found


def recorded_acclaim(people: Sequence[Record], reviews: Sequence[Record]) -> Acclaim:
    """The inverse, by places. Who is not told is nobody that any cluster knows."""
    told = [(one["at"], one["acclaim"]) for one in people if one["acclaim"] is not None]
    votes = sorted((vote["at"], review["at"], vote) for review in reviews for vote in review["votes"])
    return Acclaim(
        tuple(
            Vote(
                review,
                -1 if vote["by"] is None else typed(int, vote["by"]),
                bool(vote["is_helpful"]),
                typed(float, vote["trust"]),
                bool(vote["is_returned"]),
            )
            for _, review, vote in votes
        ),
        {who: Followers(*one["followers"]) for who, one in told if one["followers"] is not None},
        tuple(sorted(Answer(at, who, weight) for who, one in told for at, weight in one["answers"])),
        tuple(Credit(who, quarter, amount) for who, one in told for quarter, amount in sorted(one["credits"].items())),
    )
