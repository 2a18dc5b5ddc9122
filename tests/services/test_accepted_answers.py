"""Accepting an answer while its author takes it back: whoever comes first, what is withdrawn is no answer."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scholarnet.errors import Invalid
from scholarnet.forms import PostKind
from scholarnet.models import AcceptedAnswer, Comment, Researcher
from scholarnet.services.accepted_answers import accept_answer
from scholarnet.services.comments import get_comment, withdraw_comment
from scholarnet.services.posts import get_post
from tests.factories import CommentFactory, PostFactory

LONG_ENOUGH = 0.3  # seconds for the second where nothing makes it wait


@pytest.mark.parametrize("accepts_first", [True, False])
def test_an_answer_is_not_accepted_when_it_is_withdrawn_at_the_same_time(
    engine: Engine, session: Session, *, accepts_first: bool
) -> None:
    answer = CommentFactory(post=PostFactory(kind=PostKind.QUESTION))
    question, asker, answerer = answer.post.public_id, answer.post.created_by_id, answer.author_id
    public_id = answer.public_id
    session.commit()

    def accept(own: Session) -> None:
        author = own.get_one(Researcher, asker)
        accept_answer(own, actor=author, post=get_post(own, question, viewer=author), comment_id=public_id)

    def withdraw(own: Session) -> None:
        author = own.get_one(Researcher, answerer)
        withdraw_comment(own, actor=author, comment=get_comment(own, public_id, viewer=author, locks=True))

    first, second = (accept, withdraw) if accepts_first else (withdraw, accept)

    def follow_up() -> None:
        with Session(engine) as own, suppress(Invalid):
            second(own)
            own.commit()

    with ThreadPoolExecutor(1) as pool:
        with Session(engine) as own:
            first(own)
            other = pool.submit(follow_up)
            wait([other], LONG_ENOUGH)
            own.commit()
        other.result()
    assert session.scalars(select(Comment.withdrawn_at)).one() is not None
    assert session.scalars(select(AcceptedAnswer)).all() == []
