"""The shortest way to posts and reviews through the services, log and scores included."""

from typing import Any

from sqlalchemy.orm import Session

from scholarnet.forms import PostKind
from scholarnet.identifiers import checklist
from scholarnet.models import Audience, CaseDeclaration, Consent, Identity, Post, Researcher, Review
from scholarnet.services.cases import declare
from scholarnet.services.posts import create_post, edit_post, publish_post
from scholarnet.services.reviews import submit_review
from tests.factories import ResearcherFactory

CONTENT = {"title": "Knee MRI at 0.55 T", "abstract": "Forty knees, two field strengths, two readers."}


def draft(
    session: Session,
    *,
    by: list[Researcher] | None = None,
    kind: PostKind = PostKind.PREPRINT,
    audience: Audience = Audience.PUBLIC,
    **content: Any,
) -> Post:
    """A draft of the researchers `by`, in order."""
    people = by or [ResearcherFactory()]
    authors = [{"researcher_id": person.public_id} for person in people]
    return create_post(
        session, author=people[0], kind=kind, content=CONTENT | content, audience=audience, authors=authors
    )


def publish(session: Session, *, by: list[Researcher] | None = None, **other: Any) -> Post:
    """A post that its first author has published."""
    people = by or [ResearcherFactory()]
    post = draft(session, by=people, **other)
    if post.kind is PostKind.CASE:
        declare_whole(session, post, by=people[0])
    return publish_post(session, actor=people[0], post=post)


def renew(session: Session, post: Post, author: Researcher) -> None:
    """The next version, by an author."""
    edit_post(session, actor=author, post=post, changes={"abstract": "Eighty knees."})
    publish_post(session, actor=author, post=post)


def declare_whole(session: Session, post: Post, *, by: Researcher, **other: Any) -> CaseDeclaration:
    """Written consent and the whole checklist for the draft of a case."""
    content = {"consent": Consent.WRITTEN, "checklist": list(checklist())} | other
    return declare(session, actor=by, post=post, content=content)


def review(
    session: Session,
    *,
    post: Post,
    by: Researcher | None = None,
    overall: float = 7.0,
    identity: Identity = Identity.SIGNED,
    has_financial_interest: bool = False,
    **content: Any,
) -> Review:
    """A review of `post`, by somebody new unless `by` says who."""
    return submit_review(
        session,
        reviewer=by or ResearcherFactory(),
        post_id=post.public_id,
        content={"overall": overall, "body": "Careful work; the field map is missing."} | content,
        identity=identity,
        has_financial_interest=has_financial_interest,
    )
