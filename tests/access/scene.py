"""A small community in which each role has its part: made anew for each call, so that nothing is used up."""

from functools import cached_property
from secrets import token_hex
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import ROLES
from scholarnet.forms import PostKind
from scholarnet.models import Claim, Confirmation, Identity, Post, Researcher, ResearcherMerge, Role
from scholarnet.services.claims import decide_claim
from tests.api.calls import Caller
from tests.factories import (
    AuthorshipFactory,
    CaseDeclarationFactory,
    ClaimFactory,
    CommentFactory,
    InvitationFactory,
    PostFactory,
    PostVersionFactory,
    ResearcherFactory,
    ReviewDraftFactory,
    ReviewFactory,
    TokenFactory,
)

ALL = ["read", "write", "review", "admin"]
STAFF = {"editor": Role.EDITOR, "moderator": Role.MODERATOR, "admin": Role.ADMIN}


class Scene:
    """The people by role, and the things as the operations need them; each thing is made when it is asked for."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.people = {
            role: ResearcherFactory(role=STAFF.get(role, Role.MEMBER)) for role in ROLES if role != "visitor"
        }
        self.stranger: Researcher = ResearcherFactory()

    def caller(self, role: str, scopes: list[str] | None = None) -> Caller:
        """Somebody with a token of all scopes (`admin` too: the role must refuse), or of these; a visitor has none."""
        caller = Caller(self.app.test_client(use_cookies=False))
        if role != "visitor":
            caller.token = f"sn_{token_hex(16)}"
            TokenFactory(researcher=self.people[role], secret=caller.token, scopes=ALL if scopes is None else scopes)
        self.session.commit()  # nothing is left open that a request would have to wait for
        return caller

    @property
    def authors(self) -> list[Researcher]:
        return [self.people["author"], self.people["coauthor"]]

    @cached_property
    def post(self) -> str:
        """A post under discussion: two reviews by the reviewer's hand and a stranger's, and somebody invited."""
        post = PostFactory(by=self.authors)
        ReviewFactory(post=post, reviewer=self.people["reviewer"])
        ReviewFactory(post=post, reviewer=self.stranger, identity=Identity.ANONYMOUS)
        InvitationFactory(post=post, inviter=self.people["author"], invited=self.people["invited"])
        return post.public_id

    @cached_property
    def unreviewed(self) -> str:
        """A post that everybody may still review, the invited by invitation."""
        post = PostFactory(by=self.authors)
        InvitationFactory(post=post, inviter=self.people["author"], invited=self.people["invited"])
        return post.public_id

    @cached_property
    def draft(self) -> str:
        return PostFactory(by=self.authors, draft=True).public_id

    @cached_property
    def case_draft(self) -> str:
        return PostFactory(by=self.authors, draft=True, kind="case").public_id

    @cached_property
    def pending(self) -> str:
        post: Post = PostFactory(by=self.authors, pending=True)
        CaseDeclarationFactory(version_id=post.versions[0].id, declared_by_id=self.people["author"].id)
        return post.public_id

    def review(self, identity: Identity = Identity.SIGNED) -> str:
        post = PostFactory(by=self.authors)
        return ReviewFactory(post=post, reviewer=self.people["reviewer"], identity=identity).public_id

    def addressed_review(self, **mark: object) -> str:
        """A review of version 1, where version 2 is out."""
        post = PostFactory(by=self.authors)
        PostVersionFactory(post_id=post.id, number=2)
        post.version_number = 2
        return ReviewFactory(post=post, reviewer=self.people["reviewer"], **mark).public_id

    def invitation(self) -> str:
        post = PostFactory(by=self.authors)
        sent = InvitationFactory(post=post, inviter=self.people["author"], invited=self.people["invited"])
        return sent.public_id

    def comment(self) -> str:
        """A comment of the member's on the authors' post."""
        post = PostFactory(by=self.authors)
        return CommentFactory(post=post, author=self.people["member"]).public_id

    def answered(self) -> dict[str, Any]:
        """A question of the authors', with a comment that may be accepted."""
        answer = CommentFactory(post=PostFactory(by=self.authors, kind=PostKind.QUESTION), author=self.stranger)
        return {"post_id": answer.post.public_id, "body": {"comment_id": answer.public_id}}

    def unclaimed(self) -> Researcher:
        """The author of a work, second after somebody else."""
        return AuthorshipFactory(researcher=ResearcherFactory(unclaimed=True)).researcher

    def claim(self) -> Claim:
        """The author's, open, of a work in which the coauthor's place is an editor's word."""
        claim = ClaimFactory(claimant=self.people["author"], author__name=self.people["author"].name)
        AuthorshipFactory(
            publication_id=claim.publication_id, researcher=self.people["coauthor"], confirmed_by=Confirmation.EDITOR
        )
        return claim

    def confirmed_claim(self) -> tuple[Claim, str]:
        """The author's claim that an editor confirmed, and the id of what moved by it."""
        claim = self.claim()
        decide_claim(self.session, actor=self.people["editor"], claim=claim, accepts=True, reason="Known.")
        moved = select(ResearcherMerge.public_id).where(ResearcherMerge.claim_id == claim.id)
        return claim, self.session.scalars(moved).one()

    def post_under_review(self, role: str) -> str:
        """A post of which whoever calls holds an open review, if they may."""
        post = PostFactory(by=self.authors)
        if role not in {"visitor", "author", "coauthor"}:
            ReviewDraftFactory(post=post, reviewer_id=self.people[role].id)
        return post.public_id

    def attachment(self, content: bytes, name: str) -> tuple[str, str]:
        """A published post and the id of what is attached to it."""
        author = self.caller("author")
        post = PostFactory(by=self.authors, draft=True).public_id
        self.session.commit()
        attached = author.post(f"/posts/{post}/attachments?name={name}", data=content).json["id"]
        author.post(f"/posts/{post}/publish")
        return post, attached
