"""Trust along vouches, between epochs and in them, by hand."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.db import now
from scholarnet.models import AccountTrust, Identity, Review, ReviewerFit
from scholarnet.services.account_weights import weigh_account
from scholarnet.services.epochs import current_epoch
from scholarnet.services.rescores import observe
from scholarnet.services.trust import read_trust, shares_of, trust_of
from tests.factories import AccountTrustFactory, ResearcherFactory, VouchFactory
from tests.services.writing import publish, review

ONE = 0.8 * 0.8 / (5 + 1)  # what a verified account that vouches once adds


def stranger():
    return ResearcherFactory(unverified=True)


def test_a_vouch_adds_what_the_formula_says_and_a_revoked_one_nothing(session: Session):
    ann, bob, tom, sly = ResearcherFactory(), ResearcherFactory(), stranger(), stranger()
    VouchFactory(voucher=ann, vouchee=tom)
    VouchFactory(voucher=bob, vouchee=tom)
    VouchFactory(voucher=bob, vouchee=ann)  # two by bob: each adds less
    VouchFactory(voucher=ResearcherFactory(), vouchee=tom, revoked_at=now())
    VouchFactory(voucher=sly, vouchee=tom)  # whom nobody trusts
    assert shares_of(session, researcher=tom) == {ann.id: ONE, bob.id: pytest.approx(0.8 * 0.8 / 7), sly.id: 0.0}
    assert trust_of(session, researcher=tom) == pytest.approx(ONE + 0.8 * 0.8 / 7)
    assert trust_of(session, researcher=sly) == 0.0
    assert trust_of(session, researcher=ann) == pytest.approx(0.8 + 0.8 * 0.8 / 7)


def test_trust_is_one_at_most(session: Session):
    ann = ResearcherFactory()
    for _ in range(9):
        VouchFactory(vouchee=ann)
    assert trust_of(session, researcher=ann) == 1.0


def test_a_voucher_is_trusted_as_the_epoch_in_force_does(session: Session):
    publish(session)  # begins the log with an epoch
    ann, tom = stranger(), stranger()
    VouchFactory(voucher=ann, vouchee=tom)
    AccountTrustFactory(researcher_id=ann.id, trust=0.9)  # noise: another epoch
    assert trust_of(session, researcher=tom) == 0.0
    AccountTrustFactory(epoch_id=current_epoch(session).id, researcher_id=ann.id, trust=0.3)
    assert trust_of(session, researcher=tom) == pytest.approx(0.8 * 0.3 / 6)


def test_the_whole_network_is_at_the_fixed_point(session: Session):
    """ann (verified) → tom → eva → tom: T_tom = ONE + .8·T_eva/6, T_eva = .8·T_tom/6."""
    ann, tom, eva, alone = ResearcherFactory(), stranger(), stranger(), stranger()
    (
        VouchFactory(voucher=ann, vouchee=tom),
        VouchFactory(voucher=tom, vouchee=eva),
        VouchFactory(voucher=eva, vouchee=tom),
    )
    trust = read_trust(session, researcher_ids=[alone.id])
    of_tom = ONE / (1 - (0.8 / 6) ** 2)
    assert trust[tom.id] == pytest.approx(of_tom, abs=1e-8)
    assert trust[eva.id] == pytest.approx(of_tom * 0.8 / 6, abs=1e-8)
    assert (trust[ann.id], trust[alone.id]) == (0.8, 0.0)


def test_an_epoch_keeps_trust_and_a_vouch_lifts_what_a_stranger_may_move(engine: Engine, session: Session):
    tom, posts = stranger(), [publish(session), publish(session)]
    review(session, post=posts[0], by=tom)
    for _ in range(4):
        VouchFactory(voucher=ResearcherFactory(), vouchee=tom)
    review(session, post=posts[1], by=tom)
    judged = session.scalars(select(Review.trust).where(Review.reviewer_id == tom.id).order_by(Review.id)).all()
    assert judged == [0.0, pytest.approx(4 * ONE)]
    session.commit()
    run_epoch(engine)
    epoch_id = current_epoch(session).id
    kept = session.scalars(select(AccountTrust.trust).where(AccountTrust.epoch_id == epoch_id)).all()
    read = session.scalars(select(ReviewerFit.trust).where(ReviewerFit.epoch_id == epoch_id)).all()
    assert kept == read == [pytest.approx(4 * ONE)]
    session.rollback()


def test_an_unsigned_review_tells_no_more_than_whether_anyone_stands_for_its_author(session: Session):
    post = publish(session)
    people = [stranger(), stranger(), ResearcherFactory()]
    for _ in range(3):
        VouchFactory(voucher=ResearcherFactory(), vouchee=people[1])
    for person in people:
        review(session, post=post, by=person, identity=Identity.ANONYMOUS)
    assert [one.trust_read for one in observe(session, [post.id])] == [0.0, 0.8, 0.8]


def test_an_accounts_weight_is_taken_apart_for_its_owner(session: Session):
    ann, tom = ResearcherFactory(), stranger()
    VouchFactory(voucher=ann, vouchee=tom)
    newcomer = weigh_account(session, researcher=tom)
    assert (newcomer.trust, newcomer.by_verification) == (pytest.approx(ONE), 0.0)
    assert [(one.researcher.id, one.share) for one in newcomer.by_vouches] == [(ann.id, pytest.approx(ONE))]
    assert newcomer.cap == pytest.approx(0.05 + 9.95 * ONE / 0.8)
    assert (newcomer.bias, newcomer.slope, newcomer.n_reviews) == (0.0, 1.0, 0)
    assert newcomer.precision == pytest.approx(0.459 / 0.541)
    assert (newcomer.budget, newcomer.n_members) == (None, 1)
