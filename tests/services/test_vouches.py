"""Vouches: once a pair, taken back, given again."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Invalid
from scholarnet.models import Vouch
from scholarnet.services.vouches import find_vouch, revoke_vouch, vouch
from tests.factories import ResearcherFactory, VouchFactory


def test_a_vouch_is_live_until_it_is_taken_back_and_may_be_given_again(session: Session) -> None:
    ann, bob = ResearcherFactory(), ResearcherFactory()
    others = [VouchFactory(voucher=ann), VouchFactory(vouchee=bob), VouchFactory(voucher=bob, vouchee=ann)]
    assert find_vouch(session, voucher=ann, vouchee=bob) is None
    given = vouch(session, voucher=ann, vouchee=bob, reason="We trained together.")
    assert find_vouch(session, voucher=ann, vouchee=bob) is given
    with pytest.raises(Conflict):
        vouch(session, voucher=ann, vouchee=bob, reason="Again.")
    revoke_vouch(session, voucher=ann, vouchee=bob)
    revoke_vouch(session, voucher=ann, vouchee=bob)
    assert find_vouch(session, voucher=ann, vouchee=bob) is None
    assert vouch(session, voucher=ann, vouchee=bob, reason="After all.").id != given.id
    assert session.scalar(select(func.count()).select_from(Vouch)) == 5
    assert all(other.revoked_at is None for other in others)


def test_nobody_vouches_for_themselves(session: Session) -> None:
    ann = ResearcherFactory()
    with pytest.raises(Invalid):
        vouch(session, voucher=ann, vouchee=ann, reason="I know me.")
