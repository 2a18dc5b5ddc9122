"""Signs of life: one row a machine, the last of each."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import WorkerSign
from scholarnet.services.queues import give_sign
from tests.factories import WorkerSignFactory

NOON = datetime(2025, 5, 5, 12, tzinfo=UTC)


def test_a_machine_has_its_last_sign_and_one_long_gone_is_forgotten(session: Session) -> None:
    WorkerSignFactory(host="gone", seen_at=NOON - timedelta(days=7))
    WorkerSignFactory(host="other", seen_at=NOON)
    give_sign(session, host="ours", moment=NOON)
    give_sign(session, host="ours", moment=NOON + timedelta(seconds=30))
    signs = session.execute(select(WorkerSign.host, WorkerSign.seen_at).order_by(WorkerSign.host)).all()
    assert [tuple(one) for one in signs] == [("other", NOON), ("ours", NOON + timedelta(seconds=30))]
