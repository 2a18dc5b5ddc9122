"""Cases: what must hold before a moderator is asked to look (DESIGN.md section 6)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Forbidden, Invalid, InvalidTexts, NotFound, Unpublishable
from scholarnet.forms import PostKind
from scholarnet.identifiers import Finding, checklist, find_identifiers, find_outside_images
from scholarnet.models import Attachment, CaseDeclaration, Consent, Post, PostVersion, Researcher, Verification
from scholarnet.permissions import permit
from scholarnet.services import audit
from scholarnet.services.post_versions import draft_version

KNOWN_AS_CLINICIANS = frozenset({Verification.EMAIL, Verification.EDITOR, Verification.LICENSE})
EXPLAINED = frozenset({Consent.WAIVED, Consent.NOT_REQUIRED})
READ_FIELDS = ("title", "abstract", "body", "lay_summary", "changes")


def declare(session: Session, *, actor: Researcher, post: Post, content: dict[str, Any]) -> CaseDeclaration:
    """Declare consent and the checklist for the draft of a case, or change what was declared."""
    permit(actor, "case.declare", post)
    draft = _draft_of_case(post)
    if draft.submitted_at is not None:
        msg = "the case waits for a moderator; change it first, which takes it back to a draft"
        raise Conflict(msg)
    unknown = set(content.get("checklist", [])) - checklist().keys()
    if unknown:
        raise Invalid("checklist", f"there is no {sorted(unknown)[0]!r}; there are: {', '.join(checklist())}")
    declaration = find_declaration(session, version=draft)
    if declaration is None:
        declaration = CaseDeclaration(version_id=draft.id)
        session.add(declaration)
    declaration.consent, declaration.reference = content["consent"], content.get("reference")
    declaration.checklist = content.get("checklist", [])
    declaration.not_identifying = content.get("not_identifying", [])
    declaration.declared_by_id = actor.id
    session.flush()
    audit.record(session, actor=actor, action="case.declare", subject=f"post:{post.public_id}")
    return declaration


def find_declaration(session: Session, *, version: PostVersion) -> CaseDeclaration | None:
    """Return what was declared for this version."""
    return declarations_of(session, versions=[version]).get(version.id)


def declarations_of(session: Session, *, versions: Sequence[PostVersion]) -> dict[int, CaseDeclaration]:
    """Return what was declared for many versions, by version."""
    ids = [version.id for version in versions]
    rows = session.scalars(select(CaseDeclaration).where(CaseDeclaration.version_id.in_(ids)))
    return {row.version_id: row for row in rows}


def get_declaration(session: Session, *, actor: Researcher, post: Post) -> CaseDeclaration:
    """Return what was declared for the draft, for its authors and for moderators."""
    permit(actor, "moderation.history", post)
    draft = draft_version(post)
    declaration = find_declaration(session, version=draft) if draft else None
    if declaration is None:
        raise NotFound("declaration of post", post.public_id)
    return declaration


def check_case(session: Session, *, actor: Researcher, draft: PostVersion) -> None:
    """Refuse a case by somebody unknown (Forbidden), or one that is not ready (Unpublishable), saying why."""
    if actor.verification not in KNOWN_AS_CLINICIANS:
        msg = (
            "only verified people show cases: verify your address at an institution (POST /auth/verify-email),"
            " or ask an editor to check your license"
        )
        raise Forbidden(msg, errors={"author": ["is not verified"]})
    declaration = find_declaration(session, version=draft)
    errors = _of_declaration(declaration)
    for finding in _findings(session, draft, declaration):
        errors.setdefault(finding.field, []).append(finding.message)
    for name in READ_FIELDS:
        for message in _of_images(getattr(draft, name) or "", "attach the image instead"):
            errors.setdefault(name, []).append(message)
    if errors:
        raise Unpublishable(errors)


def check_words_on_case(session: Session, *, post: Post, field: str, text: str) -> None:
    """Refuse what others say of a published case where it reads like an identifier or shows an outside image.

    What the case itself declared harmless is so here; whoever comments has nothing to declare. Raises InvalidTexts.
    """
    published = select(CaseDeclaration).join(PostVersion, PostVersion.id == CaseDeclaration.version_id)
    declaration = session.scalar(
        published.where(PostVersion.post_id == post.id, PostVersion.number == post.version_number)
    )
    harmless = declaration.not_identifying if declaration else []
    messages = [one.complaint for one in find_identifiers({field: text}, harmless=harmless)]
    messages += _of_images(text, "leave it out")
    if messages:
        raise InvalidTexts({field: messages})


def _of_images(text: str, advice: str) -> list[str]:
    return [f"{image[:80]!r} is an outside image: {advice}" for image in find_outside_images(text)]


def _findings(session: Session, draft: PostVersion, declaration: CaseDeclaration | None) -> list[Finding]:
    """Return what reads like an identifier and was not declared harmless."""
    names = session.scalars(select(Attachment.name).where(Attachment.version_id == draft.id))
    harmless = declaration.not_identifying if declaration else []
    return find_identifiers(_texts(draft), file_names=names, harmless=harmless)


def _of_declaration(declaration: CaseDeclaration | None) -> dict[str, list[str]]:
    if declaration is None:
        return {"declaration": ["is missing: PUT /posts/{id}/declaration with the consent and the checklist"]}
    errors: dict[str, list[str]] = {}
    if declaration.consent in EXPLAINED and not (declaration.reference or "").strip():
        errors["reference"] = [f"is needed where the consent is {declaration.consent.value!r}: which waiver, or why"]
    open_items = [f"{name}: {text}" for name, text in checklist().items() if name not in declaration.checklist]
    return errors | ({"checklist": open_items} if open_items else {})


def _texts(draft: PostVersion) -> dict[str, str]:
    texts = {name: getattr(draft, name) or "" for name in READ_FIELDS}
    return texts | {"links": "\n".join(f"{link.get('label', '')} {link['url']}" for link in draft.links or [])}


def _draft_of_case(post: Post) -> PostVersion:
    if post.kind is not PostKind.CASE:
        raise Invalid("kind", "only a case has a declaration")
    draft = draft_version(post)
    if draft is None:
        msg = "the case has no draft; PATCH the post first"
        raise Conflict(msg)
    return draft
