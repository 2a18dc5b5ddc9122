"""The document's examples run: each body is sent as it stands, by who may, to where it belongs."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from sqlalchemy import select

from api.schemas.accepted_answers import AcceptedAnswerIn
from scholarnet.models import Researcher
from tests.api.calls import Caller, draft, publish, renew, review
from tests.api.contract import JSON, Contract
from tests.api.fixtures import Join
from tests.factories import (
    AuthorshipFactory,
    ClaimFactory,
    ClusterFactory,
    CommentFactory,
    PostFactory,
    PublicationFactory,
    ResearcherFactory,
)
from tests.factories.row import session_in_use

Place: TypeAlias = tuple[Caller, str]  # who calls, and the path's ids
ADMIN = {"role": "admin", "scopes": ["read", "write", "review", "admin"]}


def member(join: Join) -> Place:
    return join(), ""


def oneself(join: Join) -> Place:
    rosa = join("rosa")
    return rosa, rosa.id


def someone_else(join: Join) -> Place:
    return join(**ADMIN), join("tom").id


def own_publication(join: Join) -> Place:
    rosa = join("rosa")
    return rosa, rosa.post("/publications", {"title": "Livers", "year": 2019}).json["id"]


def own_duplicates(join: Join) -> Place:
    """The example names the duplicate."""
    PublicationFactory(public_id="0123456789abc", title="Livers", year=2019, doi=None)
    rosa = join("rosa", role="editor")
    return rosa, rosa.post("/publications", {"title": "Livers", "year": 2019}).json["id"]


def own_post(join: Join) -> Place:
    rosa = join("rosa")
    return rosa, publish(rosa)


def own_case(join: Join) -> Place:
    rosa = join("rosa")
    return rosa, draft(rosa, kind="case")


def pending_case(join: Join) -> Place:
    case = PostFactory(pending=True).public_id  # joining commits it
    return join(**ADMIN), case


def anothers_post(join: Join) -> Place:
    return join("tom"), publish(join("rosa"))


def uninvited(join: Join) -> Place:
    rosa, post = own_post(join)
    join("ada")
    return rosa, post


def own_invitation(join: Join) -> Place:
    rosa, post = own_post(join)
    ada = join("ada")
    return ada, rosa.post(f"/posts/{post}/invitations", {"researcher_id": ada.id}).json["id"]


def own_review(join: Join) -> Place:
    tom, post = anothers_post(join)
    return tom, review(tom, post)


def own_marked_review(join: Join) -> Place:
    rosa, post = own_post(join)
    tom = join("tom")
    one = review(tom, post)
    renew(rosa, post)
    rosa.put(f"/reviews/{one}/addressed")
    return tom, one


def review_of_own_post(join: Join) -> Place:
    rosa, post = own_post(join)
    return rosa, review(join("tom"), post)


def an_unclaimed_author(join: Join) -> Place:
    author = AuthorshipFactory(researcher=ResearcherFactory(unclaimed=True)).researcher.public_id
    return join(), author


def an_unclaimed_place(join: Join) -> Place:
    work = PublicationFactory(by=[ResearcherFactory(), ResearcherFactory(unclaimed=True)]).public_id
    return join(), work


def someone_with_a_duplicate(join: Join) -> Place:
    AuthorshipFactory(researcher=ResearcherFactory(unclaimed=True, public_id="0123456789abc"))
    return join(**ADMIN), join("tom").id


def a_claim(join: Join) -> Place:
    claim = ClaimFactory().public_id
    return join(**ADMIN), claim


def a_cluster(join: Join) -> Place:
    cluster_id = ClusterFactory().public_id  # committed with who joins after it
    return join(role="editor", scopes=["admin"]), cluster_id


def a_post_to_decide_on(join: Join) -> Place:
    _, post = anothers_post(join)
    return join(role="editor", scopes=["admin"]), post


def own_comment(join: Join) -> Place:
    tom, post = anothers_post(join)
    return tom, tom.post(f"/posts/{post}/comments", {"body": "Which coil?"}).json["id"]


def answered_question(join: Join) -> Place:
    """The comment has the id that the example names."""
    rosa = join("rosa")
    author = session_in_use().scalars(select(Researcher).where(Researcher.handle == rosa.handle)).one()
    question = PostFactory(kind="question", by=[author])
    CommentFactory(post=question, public_id=AcceptedAnswerIn.EXAMPLE["comment_id"])
    public_id = question.public_id
    join()  # commits it
    return rosa, public_id


def account(join: Join) -> Place:
    visitor = Caller(join().client)
    body = {"handle": "rosa", "password": "low field, high hopes", "name": "Rosa", "email": "rosa@uni.edu"}
    visitor.post("/auth/register", body)
    return visitor, ""


# Their example has no place: what they take stands in a mail (test_passwords.py).
BY_MAIL = {("put", "/auth/password-reset")}
# Every operation with a body: where its example is sent.
PLACES: dict[tuple[str, str], Callable[[Join], Place]] = {
    ("post", "/auth/register"): lambda join: (Caller(join().client), ""),
    ("post", "/auth/login"): account,
    ("post", "/auth/verify-email"): lambda join: (join(unverified=True, email="rosa@uni.edu"), ""),
    ("post", "/auth/password"): member,
    ("post", "/auth/email"): member,
    ("post", "/auth/password-reset"): member,
    ("post", "/auth/tokens"): member,
    ("patch", "/researchers/{}"): oneself,
    ("put", "/researchers/{}/verification"): someone_else,
    ("put", "/researchers/{}/vouch"): someone_else,
    ("post", "/researchers/{}/claim"): an_unclaimed_author,
    ("post", "/researchers/{}/merges"): someone_with_a_duplicate,
    ("post", "/publications/{}/claims"): an_unclaimed_place,
    ("put", "/claims/{}/decision"): a_claim,
    ("put", "/clusters/{}/ruling"): a_cluster,
    ("put", "/posts/{}/decision"): a_post_to_decide_on,
    ("post", "/publications"): member,
    ("patch", "/publications/{}"): own_publication,
    ("post", "/imports"): member,
    ("post", "/publications/{}/merges"): own_duplicates,
    ("put", "/posts/{}/publication"): own_post,
    ("post", "/posts"): member,
    ("patch", "/posts/{}"): own_post,
    ("put", "/posts/{}/declaration"): own_case,
    ("post", "/posts/{}/release"): pending_case,
    ("post", "/posts/{}/return"): pending_case,
    ("post", "/posts/{}/withdraw"): own_post,
    ("post", "/posts/{}/reviews"): anothers_post,
    ("put", "/posts/{}/review-draft"): anothers_post,
    ("post", "/posts/{}/invitations"): uninvited,
    ("post", "/invitations/{}/accept"): own_invitation,
    ("post", "/invitations/{}/decline"): own_invitation,
    ("patch", "/reviews/{}"): own_review,
    ("post", "/posts/{}/comments"): anothers_post,
    ("patch", "/comments/{}"): own_comment,
    ("put", "/posts/{}/accepted-answer"): answered_question,
    ("put", "/reviews/{}/vote"): review_of_own_post,
    ("put", "/reviews/{}/response"): review_of_own_post,
    ("put", "/reviews/{}/addressed/answer"): own_marked_review,
    ("post", "/tags"): member,
}


def examples(contract: Contract) -> dict[tuple[str, str], Any]:
    """What the document gives as the example of each operation with a JSON body; None where there is none."""
    return {
        (method, re.sub(r"{\w+}", "{}", path.removeprefix("/api/v1"))): entry["requestBody"]["content"][JSON].get(
            "example"
        )
        for (method, path), entry in contract.operations().items()
        if JSON in entry.get("requestBody", {}).get("content", {})
    }


def test_every_operation_with_a_body_has_an_example_and_a_place_to_send_it(contract: Contract) -> None:
    found = examples(contract)
    assert [operation for operation, example in found.items() if example is None] == []
    assert set(found) - BY_MAIL == set(PLACES)


@pytest.mark.parametrize("operation", PLACES, ids=" ".join)
def test_the_example_of_the_document_runs(operation: tuple[str, str], contract: Contract, join: Join) -> None:
    method, template = operation
    caller, public_id = PLACES[operation](join)
    path = template.format(public_id)
    headers = caller.tag_of(path) if method == "patch" else {}
    caller.call(method.upper(), path, examples(contract)[operation], headers=headers)
