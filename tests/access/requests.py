"""One valid request for each operation: what its path and its body are, in a scene and for who calls."""

from collections.abc import Callable
from typing import Any, TypeAlias

from api.links import email_change_link, reset_token, verification_link
from api.orcid_states import begin_sign_in
from api.resources.orcid_sign_in import orcid_provider
from scholarnet.db import now
from scholarnet.identifiers import checklist
from scholarnet.models import Identity, ShardSection, TagStatus
from scholarnet.sources.orcid_sign_in import sign_in_url
from tests.access.scene import Scene
from tests.api.calls import publish
from tests.api.orcid_server import allow, new_orcid
from tests.factories import (
    ClusterFactory,
    EpochFactory,
    EpochShardFactory,
    ImportJobFactory,
    LoginSessionFactory,
    PublicationFactory,
    PublicationMergeFactory,
    TagFactory,
    TokenFactory,
    VenueFactory,
)
from tests.factories.researcher import PASSWORD
from tests.media.files import image

# The values of the path's parameters, `query`, and `body` (the document's example unless given) or `data`.
Values: TypeAlias = dict[str, Any]
Build: TypeAlias = Callable[[Scene, str], Values]


def reviewed(scene: Scene, _role: str) -> Values:
    return {"review_id": scene.review()}


def posted(scene: Scene, _role: str) -> Values:
    return {"post_id": scene.post}


def pending(scene: Scene, _role: str) -> Values:
    return {"post_id": scene.pending}


def invited(scene: Scene, _role: str) -> Values:
    return {"invitation_id": scene.invitation()}


def author(scene: Scene, _role: str) -> Values:
    return {"researcher_id": scene.people["author"].public_id}


def stranger(scene: Scene, _role: str) -> Values:
    return {"researcher_id": scene.stranger.public_id}


def publication(scene: Scene, _role: str) -> Values:
    return {"publication_id": PublicationFactory(by=scene.authors).public_id}


def duplicated(scene: Scene, _role: str) -> Values:
    one, other = (PublicationFactory(by=scene.authors, title="Knees", doi=None) for _ in range(2))
    return {"publication_id": one.public_id, "body": {"duplicate_id": other.public_id}}


def merged(scene: Scene, _role: str) -> Values:
    one, other = PublicationFactory(), PublicationFactory()
    who = scene.people["author"].id
    merge = PublicationMergeFactory(kept_id=one.id, duplicate_id=other.id, merged_by_id=who)
    return {"publication_id": one.public_id, "merge_id": merge.public_id}


def under_review(scene: Scene, role: str) -> Values:
    return {"post_id": scene.post_under_review(role)}


def attached(scene: Scene, _role: str) -> Values:
    post, attachment = scene.attachment(image("PNG"), "scan.png")
    return {"post_id": post, "attachment_id": attachment}


def link(scene: Scene, _role: str) -> Values:
    with scene.app.test_request_context():
        url = verification_link(scene.stranger, f"{scene.stranger.handle}@uni.edu")
    return {"query": url.partition("?")[2]}


def new_address(scene: Scene, _role: str) -> Values:
    with scene.app.test_request_context():
        url = email_change_link(scene.stranger, f"{scene.stranger.handle}@uni.edu")
    return {"query": url.partition("?")[2]}


def signed_in(scene: Scene, role: str) -> Values:
    return {"session_id": LoginSessionFactory(researcher=scene.people.get(role, scene.stranger)).public_id}


def token(scene: Scene, role: str) -> Values:
    return {"token_id": TokenFactory(researcher=scene.people.get(role, scene.stranger)).public_id}


def importing(scene: Scene, role: str) -> Values:
    person = scene.people.get(role, scene.stranger)
    return {"import_id": ImportJobFactory(researcher_id=person.id).public_id}


def login(scene: Scene, _role: str) -> Values:
    return {"body": {"handle": scene.stranger.handle, "password": PASSWORD}}


def reset(scene: Scene, _role: str) -> Values:
    with scene.app.test_request_context():
        return {"body": {"token": reset_token(scene.stranger), "password": "a better, longer password"}}


def change(_scene: Scene, _role: str) -> Values:
    return {"body": {"current_password": PASSWORD, "new_password": "a better, longer password"}}


def scored(scene: Scene, _role: str) -> Values:
    return {"post_id": publish(scene.caller("author"))}


def kept_epoch(_scene: Scene, _role: str) -> Values:
    """With what it was computed from, which is nothing."""
    epoch = EpochFactory()
    for section in ShardSection:
        EpochShardFactory(epoch_id=epoch.id, section=section)
    return {"epoch_id": epoch.public_id, "query": f"against={epoch.public_id}"}


def exported(scene: Scene, role: str) -> Values:
    return {"epoch_id": kept_epoch(scene, role)["epoch_id"]}


def register(_scene: Scene, role: str) -> Values:
    key = {"handle": f"new-{role}", "password": PASSWORD}
    return {"body": key | {"name": "Ines", "email": f"{role}@uni.edu"}}


def unclaimed(scene: Scene, _role: str) -> Values:
    return {"researcher_id": scene.unclaimed().public_id}


def unclaimed_work(scene: Scene, _role: str) -> Values:
    work = PublicationFactory(by=[scene.unclaimed()])
    return {"publication_id": work.public_id, "body": {"position": 1}}


def claimed(scene: Scene, _role: str) -> Values:
    return {"claim_id": scene.claim().public_id}


def confirmed(scene: Scene, _role: str) -> Values:
    return {"claim_id": scene.confirmed_claim()[0].public_id}


def merged_person(scene: Scene, role: str) -> Values:
    return author(scene, role) | {"merge_id": scene.confirmed_claim()[1]}


def duplicate(scene: Scene, role: str) -> Values:
    other = scene.unclaimed().public_id
    return author(scene, role) | {"body": {"duplicate_id": other, "reason": "One address."}}


def from_orcid(scene: Scene, role: str) -> Values:
    """What ORCID sends back whoever calls."""
    with scene.app.test_request_context():
        begun = begin_sign_in(scene.people.get(role, scene.stranger))
        url = sign_in_url(orcid_provider(), state=begun.state, nonce=begun.nonce, verifier=begun.verifier)
    return {"query": allow(url, new_orcid()).partition("?")[2]}


def node(scene: Scene, _role: str) -> Values:
    return {"query": f"node=post:{scene.post}"}


def ends(scene: Scene, _role: str) -> Values:
    return {"query": f"source=post:{scene.post}&target=researcher:{scene.people['author'].public_id}"}


# By operation; for others, by the first parameter of the path (BY_PARAMETER).
REQUESTS: dict[str, Build] = {
    "POST /auth/register": register,
    "POST /auth/login": login,
    "POST /auth/verify-email": lambda _scene, _: {"body": {}},  # an address of one's own
    "GET /auth/verify-email": link,
    "GET /auth/email": new_address,
    "POST /auth/password": change,
    "PUT /auth/password-reset": reset,
    "GET /experts": lambda _scene, _: {"query": "topic=knee"},
    "GET /auth/orcid/callback": from_orcid,
    "POST /researchers/{researcher_id}/claim": unclaimed,
    "POST /researchers/{researcher_id}/merges": duplicate,
    "DELETE /researchers/{researcher_id}/merges/{merge_id}": merged_person,
    "POST /publications/{publication_id}/claims": unclaimed_work,
    "DELETE /claims/{claim_id}": confirmed,
    "PUT /researchers/{researcher_id}/verification": stranger,
    "PUT /researchers/{researcher_id}/vouch": stranger,
    "DELETE /researchers/{researcher_id}/vouch": stranger,
    "PUT /researchers/{researcher_id}/follow": stranger,
    "DELETE /researchers/{researcher_id}/follow": stranger,
    "PUT /posts/{post_id}/accepted-answer": lambda scene, _: scene.answered(),
    "DELETE /posts/{post_id}/accepted-answer": lambda scene, _: {"post_id": scene.answered()["post_id"]},
    "POST /publications/{publication_id}/merges": duplicated,
    "DELETE /publications/{publication_id}/merges/{merge_id}": merged,
    "POST /posts/{post_id}/publish": lambda scene, _: {"post_id": scene.draft},
    "POST /posts/{post_id}/reviews": lambda scene, _: {"post_id": scene.unreviewed},
    "GET /posts/{post_id}/versions/{number}": lambda scene, _: {"post_id": scene.post, "number": 1},
    "GET /posts/{post_id}/score": scored,
    "PUT /posts/{post_id}/decision": scored,
    "DELETE /posts/{post_id}/decision": scored,
    "POST /posts/{post_id}/attachments": lambda scene, _: {
        "post_id": scene.post,
        "query": "name=knees.json",
        "data": b"[40]",
    },
    "GET /posts/{post_id}/attachments/{attachment_id}": attached,
    "DELETE /posts/{post_id}/attachments/{attachment_id}": attached,
    "GET /posts/{post_id}/attachments/{attachment_id}/content": attached,
    "GET /posts/{post_id}/attachments/{attachment_id}/thumbnail": attached,
    "PUT /posts/{post_id}/publication": lambda scene, _: {"post_id": scene.post, "body": {}},
    "PUT /posts/{post_id}/declaration": lambda scene, _: {
        "post_id": scene.case_draft,
        "body": {"consent": "written", "checklist": list(checklist())},
    },
    "GET /posts/{post_id}/declaration": pending,
    "GET /posts/{post_id}/moderation": pending,
    "POST /posts/{post_id}/release": pending,
    "POST /posts/{post_id}/return": pending,
    "POST /posts/{post_id}/invitations": lambda scene, _: {
        "post_id": scene.unreviewed,
        "body": {"researcher_id": scene.stranger.public_id},
    },
    "GET /posts/{post_id}/review-draft": under_review,
    "PUT /posts/{post_id}/review-draft": under_review,
    "DELETE /posts/{post_id}/review-draft": under_review,
    "POST /reviews/{review_id}/reveal": lambda scene, _: {"review_id": scene.review(Identity.ANONYMOUS)},
    "PUT /reviews/{review_id}/addressed": lambda scene, _: {"review_id": scene.addressed_review()},
    "PUT /reviews/{review_id}/addressed/answer": lambda scene, _: {
        "review_id": scene.addressed_review(addressed_at=now(), addressed_in=2)
    },
    "GET /forms/{kind}": lambda _scene, _: {"kind": "micro"},
    "POST /tags": lambda _scene, role: {"body": {"label": f"Knee of a {role}"}},
    "GET /tags/{name}": lambda _scene, _: {"name": TagFactory().name},
    "PUT /tags/{name}/acceptance": lambda _scene, _: {"name": TagFactory(status=TagStatus.PROPOSED).name},
    "GET /graph/ego": node,
    "GET /graph/path": ends,
    "GET /graph/export": node,
    "GET /epochs/{epoch_id}/export": exported,
    "GET /epochs/{epoch_id}/operators-export": exported,
    "GET /epochs/{epoch_id}/diff": kept_epoch,
}
BY_PARAMETER: dict[str, Build] = {
    "researcher_id": author,
    "publication_id": publication,
    "venue_id": lambda _scene, _: {"venue_id": VenueFactory().public_id},
    "post_id": posted,
    "review_id": reviewed,
    "comment_id": lambda scene, _: {"comment_id": scene.comment()},
    "invitation_id": invited,
    "claim_id": claimed,
    "session_id": signed_in,
    "token_id": token,
    "import_id": importing,
    "epoch_id": lambda _scene, _: {"epoch_id": EpochFactory().public_id},
    "cluster_id": lambda _scene, _: {"cluster_id": ClusterFactory().public_id},
}


def values_of(operation: str, scene: Scene, role: str) -> Values:
    """What fills the request of an operation; KeyError for a parameter that nobody told how to fill."""
    parameter = operation.partition("{")[2].partition("}")[0]
    build = REQUESTS.get(operation) or (BY_PARAMETER[parameter] if parameter else None)
    return build(scene, role) if build else {}
