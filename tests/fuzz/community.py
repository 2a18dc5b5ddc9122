"""What the fuzz finds: one of everything, the caller's own where that matters, and the ids by which it is asked for."""

from typing import Any, TypeAlias

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.links import reset_token, verification_link
from api.schemas.auth import RegisterIn
from scholarnet.models import Researcher
from tests.api.calls import Caller, declare, draft, publish, review
from tests.api.fixtures import Join
from tests.media.files import image

Known: TypeAlias = dict[tuple[str, str], list[Any]]  # the values of a parameter, by where it stands and its name


def settle(join: Join, fuzz: Caller) -> Known:
    """Let others in and do one of everything; return what the document cannot know."""
    lena, tom = join("lena"), join("tom")
    join("ada")  # the examples of the document invite her, and log rosa in
    lena.post("/auth/register", RegisterIn.EXAMPLE)
    own, other, case = publish(fuzz), draft(lena), draft(fuzz, kind="case")
    file = lena.post(f"/posts/{other}/attachments?name=knee.png", data=image("PNG")).json["id"]
    lena.post(f"/posts/{other}/publish")
    reviews = [review(tom, own), review(fuzz, publish(lena), identity="anonymous")]
    review(tom, other)
    declare(fuzz, case)
    invitations = [
        lena.post(f"/posts/{other}/invitations", {"researcher_id": fuzz.id}).json["id"],
        fuzz.post(f"/posts/{own}/invitations", {"researcher_id": lena.id}).json["id"],
    ]
    fuzz.post("/tags", {"label": "CT"})
    return {
        ("path", "post_id"): [case, other],
        ("path", "attachment_id"): [file],
        ("path", "number"): [1],
        ("path", "review_id"): reviews,
        ("path", "invitation_id"): invitations,
        ("path", "publication_id"): [fuzz.post("/publications", {"title": "Livers", "year": 2019}).json["id"]],
        ("path", "researcher_id"): [f"@{tom.handle}", fuzz.id],
        ("path", "token_id"): [fuzz.post("/auth/tokens", {"name": "spare", "scopes": ["read"]}).json["id"]],
        ("path", "epoch_id"): [fuzz.get("/epochs").json["results"][0]["id"]],
        ("path", "kind"): ["preprint"],
        ("path", "name"): ["ct"],
        ("query", "node"): [f"post:{own}"],
        ("query", "source"): [f"post:{own}"],
        ("query", "target"): [f"researcher:{fuzz.id}"],
        ("header", "If-Match"): ["*"],
    }


def mailed(app: Flask, session: Session) -> tuple[str, str]:
    """The tokens that only a mail tells, of verifying an address and of a new password: ada's."""
    ada = session.scalars(select(Researcher).where(Researcher.handle == "ada")).one()
    with app.app_context():
        tokens = verification_link(ada, "ada@uni.edu").partition("token=")[2], reset_token(ada)
    session.rollback()  # nothing is left open that a request would have to wait for
    return tokens


def teach(document: dict[str, Any], known: Known, *, link: str, reset: str) -> None:
    """Write into the document, as examples, what is known."""
    paths = document["paths"]
    for path in paths.values():
        for part in [path, *(part for part in path.values() if isinstance(part, dict))]:
            for parameter in part.get("parameters", []):
                values = known.get((parameter["in"], parameter["name"]), [])
                if values:
                    parameter["examples"] = {str(number): {"value": value} for number, value in enumerate(values)}
    prefix = next(path for path in paths if path.endswith("/auth/verify-email")).removesuffix("/verify-email")
    paths[f"{prefix}/verify-email"]["get"]["parameters"][0]["example"] = link
    body = paths[f"{prefix}/password-reset"]["put"]["requestBody"]["content"]["application/json"]
    body["example"] = body["example"] | {"token": reset}
