"""What the fuzz finds: one of everything, the caller's own where that matters, and the ids by which it is asked for."""

from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.links import email_change_link, reset_token, verification_link
from api.schemas.auth import RegisterIn
from api.schemas.imports import ImportIn
from api.schemas.publication_merges import PublicationMergeIn
from api.schemas.researcher_merges import ResearcherMergeIn
from scholarnet.models import Researcher, ShardSection
from tests.api.calls import Caller, declare, draft, publish, review
from tests.api.fixtures import Join
from tests.api.orcid_server import allow, new_orcid
from tests.factories import (
    AuthorshipFactory,
    ClaimFactory,
    ClusterFactory,
    EpochFactory,
    EpochShardFactory,
    LoginSessionFactory,
    PublicationFactory,
    ResearcherFactory,
    ResearcherMergeFactory,
)
from tests.media.files import image

Known: TypeAlias = dict[tuple[str, str], list[Any]]  # the values of a parameter, by where it stands and its name

WORK = {"title": "Livers", "year": 2019, "venue": "Journal of Imaging"}


def settle(join: Join, fuzz: Caller, session: Session) -> Known:
    """Let others in and do one of everything; return what the document cannot know."""
    person = session.scalars(select(Researcher).where(Researcher.handle == fuzz.handle)).one()
    session_id = LoginSessionFactory(researcher=person).public_id  # a browser beside the token
    cluster_id = ClusterFactory().public_id
    claim_id = ClaimFactory(claimant=person).public_id
    unclaimed = AuthorshipFactory(
        researcher=ResearcherFactory(unclaimed=True, public_id=ResearcherMergeIn.EXAMPLE["duplicate_id"])
    ).researcher.public_id
    PublicationFactory(public_id=PublicationMergeIn.EXAMPLE["duplicate_id"])
    merge_id = ResearcherMergeFactory(kept=person).public_id
    epoch = EpochFactory()
    for section in ShardSection:
        EpochShardFactory(epoch_id=epoch.id, section=section)
    epoch_id = epoch.public_id
    session.commit()
    lena, tom = join("lena"), join("tom")
    join("ada")  # the examples of the document invite her, and log rosa in
    lena.post("/auth/register", RegisterIn.EXAMPLE)
    own, other, case = publish(fuzz), draft(lena), draft(fuzz, kind="case")
    kept = draft(lena)  # asked for its file alone, so that nobody who may withdraw it meets it before
    file = lena.post(f"/posts/{kept}/attachments?name=knee.png", data=image("PNG")).json["id"]
    for post in (other, kept):
        lena.post(f"/posts/{post}/publish")
    reviews = [review(tom, own), review(fuzz, publish(lena), identity="anonymous")]
    review(tom, other)
    declare(fuzz, case)
    invitations = [
        lena.post(f"/posts/{other}/invitations", {"researcher_id": fuzz.id}).json["id"],
        fuzz.post(f"/posts/{own}/invitations", {"researcher_id": lena.id}).json["id"],
    ]
    fuzz.post("/tags", {"label": "CT"})
    imports = [fuzz.post("/imports", ImportIn.EXAMPLE).json["id"] for _ in range(2)]
    comments = [fuzz.post(f"/posts/{other}/comments", {"body": "Which coil?"}).json["id"] for _ in range(2)]
    back = dict(parse_qsl(urlsplit(allow(fuzz.post("/auth/orcid").json["url"], new_orcid())).query))
    works = [fuzz.post("/publications", WORK).json["id"] for _ in range(2)]
    merge = fuzz.post(f"/publications/{works[0]}/merges", {"duplicate_id": works[1]}).json["id"]
    return {
        ("path", "post_id"): [case, other],
        ("attachments", "post_id"): [kept],
        ("path", "attachment_id"): [file],
        ("path", "number"): [1],
        ("path", "review_id"): reviews,
        ("path", "invitation_id"): invitations,
        ("path", "comment_id"): comments,
        ("path", "import_id"): imports,
        ("path", "publication_id"): works[:1],
        ("path", "merge_id"): [merge, merge_id],
        ("path", "venue_id"): [fuzz.get("/venues").json["results"][0]["id"]],
        ("path", "researcher_id"): [f"@{tom.handle}", fuzz.id],
        ("path", "token_id"): [fuzz.post("/auth/tokens", {"name": "spare", "scopes": ["read"]}).json["id"]],
        ("path", "session_id"): [session_id],
        ("path", "cluster_id"): [cluster_id],
        ("path", "claim_id"): [claim_id],
        ("claim", "researcher_id"): [unclaimed],
        **{("query", name): [value] for name, value in back.items()},
        ("path", "epoch_id"): [epoch_id],
        ("query", "against"): [epoch_id],
        ("path", "kind"): ["preprint"],
        ("path", "name"): ["ct"],
        ("query", "topic"): ["ct"],
        ("query", "node"): [f"post:{own}"],
        ("query", "source"): [f"post:{own}"],
        ("query", "target"): [f"researcher:{fuzz.id}"],
        ("header", "If-Match"): ["*"],
    }


def mailed(app: Flask, session: Session) -> dict[str, str]:
    """The tokens that only a mail tells, by path: of an address that is verified, one moved to, a new password."""
    ada, lena, tom = (
        session.scalars(select(Researcher).where(Researcher.handle == handle)).one()
        for handle in ("ada", "lena", "tom")
    )
    with app.app_context():
        tokens = {
            "/auth/verify-email": verification_link(ada, "ada@uni.edu").partition("token=")[2],
            "/auth/email": email_change_link(lena, "lena@uni.edu").partition("token=")[2],
            "/auth/password-reset": reset_token(tom),
        }
    session.rollback()  # nothing is left open that a request would have to wait for
    return tokens


def teach(document: dict[str, Any], known: Known, tokens: dict[str, str]) -> None:
    """Write into the document, as examples, what is known."""
    for template, path in document["paths"].items():
        for part in [path, *(part for part in path.values() if isinstance(part, dict))]:
            for parameter in part.get("parameters", []):
                _teach_parameter(parameter, template, known)
        for place in (place for place in tokens if template.endswith(place)):
            _teach_token(path, tokens[place])


def _teach_parameter(parameter: dict[str, Any], template: str, known: Known) -> None:
    name, where = parameter["name"], parameter["in"]
    own = "attachments" if "/attachments" in template else "claim" if template.endswith("/claim") else where
    values = known.get((own, name)) or known.get((where, name), [])
    if values:
        parameter["examples"] = {str(number): {"value": value} for number, value in enumerate(values)}


def _teach_token(path: dict[str, Any], token: str) -> None:
    if "put" in path:
        body = path["put"]["requestBody"]["content"]["application/json"]
        body["example"] = body["example"] | {"token": token}
    else:
        path["get"]["parameters"][0]["example"] = token
