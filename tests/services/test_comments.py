"""Comments: replies come after what they reply to, and of two who change one the second sees what the first did."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Invalid
from scholarnet.forms import PostKind
from scholarnet.models import Researcher
from scholarnet.services.comments import edit_comment, get_comment, list_comments, write_comment
from tests.factories import CaseDeclarationFactory, CommentFactory, PostFactory, ResearcherFactory

PATIENT = "I saw Mrs Miller myself. ![CT](https://images.example/ct.png)"
LONG_ENOUGH = 0.3  # seconds for the second where nothing makes it wait


def test_a_reply_comes_after_its_parent_when_the_clock_went_back(session: Session) -> None:
    parent = CommentFactory(created_at=now() + timedelta(hours=1))
    reply = write_comment(
        session,
        author=parent.author,
        post_id=parent.post.public_id,
        body="I mean the knee coil.",
        parent_id=parent.public_id,
    )
    assert session.scalars(list_comments(viewer=None, post=parent.post)).all() == [parent, reply]


def test_a_comment_is_read_as_it_is_left_when_another_changes_it_at_the_same_time(
    engine: Engine, session: Session
) -> None:
    comment = CommentFactory(body="Which coil?")
    public_id, author_id = comment.public_id, comment.author_id
    session.commit()

    def read() -> str:
        with Session(engine) as own:
            return get_comment(own, public_id, viewer=None, locks=True).body

    assert read() == "Which coil?"
    with ThreadPoolExecutor(1) as pool:
        with Session(engine) as own:
            author = own.get_one(Researcher, author_id)
            edit_comment(
                own,
                actor=author,
                comment=get_comment(own, public_id, viewer=author, locks=True),
                body="Which knee coil?",
            )
            other = pool.submit(read)
            wait([other], LONG_ENOUGH)
            own.commit()
        assert other.result() == "Which knee coil?"


def test_a_comment_on_a_case_is_refused_when_it_may_name_the_patient(session: Session) -> None:
    author, case, talk = ResearcherFactory(), PostFactory(kind=PostKind.CASE), PostFactory()
    comment = write_comment(session, author=author, post_id=case.public_id, body="Was there a fever?")
    with pytest.raises(Invalid) as refused:
        write_comment(session, author=author, post_id=case.public_id, body=PATIENT)
    name, image = refused.value.errors["body"]
    assert "Mrs Miller" in name
    assert "declare" not in name
    assert "outside image" in image
    found = get_comment(session, comment.public_id, viewer=author)
    with pytest.raises(Invalid, match="errors"):
        edit_comment(session, actor=author, comment=found, body=PATIENT)
    assert write_comment(session, author=author, post_id=talk.public_id, body=PATIENT)


def test_a_comment_on_a_case_repeats_what_the_case_declared_harmless(session: Session) -> None:
    case = PostFactory(kind=PostKind.CASE)
    CaseDeclarationFactory(version_id=case.versions[0].id, not_identifying=["Mrs Miller"])
    assert write_comment(session, author=ResearcherFactory(), post_id=case.public_id, body="Mrs Miller in the joke?")
