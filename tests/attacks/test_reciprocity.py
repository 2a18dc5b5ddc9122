"""The weight of a review given in return must not tell who wrote unsigned.

**The attack.** A review given in return within 180 days counts half. An author who wonders whether Bea wrote the
unsigned review of his post reviews hers, signed, and reads his own weight: half, if she did. And an unsigned review of
half the weight, or of a lower band than its confidence gives, can only be by one of those whom the authors reviewed.
**The rule.** Only what both signed is given in return: unsigned reviews neither halve a weight nor are halved.
"""

import pytest

from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join


@pytest.fixture
def max_(join: Join) -> Caller:
    return join("max")


@pytest.fixture
def bea(join: Join) -> Caller:
    return join("bea")


def told(visitor: Caller, post_id: str, review_id: str) -> dict[str, object]:
    """What anybody is told of a review's part in the score, but for its id."""
    shares = {one["review_id"]: one for one in visitor.get(f"/posts/{post_id}/score").json["shares"]}
    return {name: value for name, value in shares[review_id].items() if name != "review_id"}


@pytest.mark.parametrize(("identity", "counts_half"), [("signed", True), ("anonymous", False), ("pseudonymous", False)])
def test_an_answer_is_halved_only_when_what_it_answers_was_signed(
    max_: Caller, bea: Caller, join: Join, visitor: Caller, identity: str, *, counts_half: bool
) -> None:
    his, hers, other = publish(max_), publish(bea), publish(join())
    review(bea, his, 8, identity=identity)
    answer = told(visitor, hers, review(max_, hers, 8))
    plain = told(visitor, other, review(join(), other, 8))
    assert (answer["weight"] < plain["weight"]) is counts_half
    assert (answer == plain) is not counts_half


@pytest.mark.parametrize("identity", ["anonymous", "pseudonymous"])
@pytest.mark.parametrize("confidence", [1, 2, 3, 4, 5, None])
def test_an_unsigned_review_weighs_as_any_other_when_it_is_given_in_return(
    max_: Caller, bea: Caller, join: Join, visitor: Caller, identity: str, confidence: int | None
) -> None:
    his, hers, other = publish(max_), publish(bea), publish(join())
    review(max_, hers, 8)
    sent = {"identity": identity, "confidence": confidence}
    assert told(visitor, his, review(bea, his, 8, **sent)) == told(visitor, other, review(join(), other, 8, **sent))


def test_a_review_given_in_return_counts_half_once_it_is_revealed(
    max_: Caller, bea: Caller, join: Join, visitor: Caller
) -> None:
    his, hers, other = publish(max_), publish(bea), publish(join())
    review(max_, hers, 8)
    given, plain = review(bea, his, 8, identity="anonymous"), told(visitor, other, review(join(), other, 8))
    bea.post(f"/reviews/{given}/reveal")
    assert told(visitor, his, given)["weight"] == plain["weight"] / 2
