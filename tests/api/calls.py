"""Somebody who calls the API, and the shortest way to a post and a review."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.config import PREFIX
from scholarnet.identifiers import checklist

PROBLEM = "application/problem+json"
PREPRINT = {
    "kind": "preprint",
    "title": "Knee MRI at 0.55 T",
    "abstract": "Forty knees, two field strengths, two readers.",
}


class Caller:
    """A visitor, or a person with a token. A call must succeed unless `expect` names the status of a problem."""

    def __init__(self, client: FlaskClient, *, token: str = "", id: str = "", handle: str = "") -> None:  # noqa: A002
        self.client, self.token, self.id, self.handle = client, token, id, handle

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.call("DELETE", path, **options)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        expect: int | None = None,
        **options: Any,
    ) -> TestResponse:
        url = path if path.startswith((PREFIX, "http")) else PREFIX + path
        sent = ({"Authorization": f"Bearer {self.token}"} if self.token else {}) | (headers or {})
        options |= {} if body is None else {"json": body}
        response = self.client.open(url, method=method, headers=sent, **options)
        if expect is None:
            assert response.status_code < 400, response.get_data(as_text=True)
        else:
            assert response.status_code == expect, response.get_data(as_text=True)
        if response.status_code >= 400:
            check_problem(response)
        return response

    def tag_of(self, path: str) -> dict[str, str]:
        """What a write of this thing sends along."""
        return {"If-Match": self.get(path).headers["ETag"]}

    def walk(self, path: str) -> list[dict[str, Any]]:
        """All entries of a list, page by page along the Link header."""
        entries: list[dict[str, Any]] = []
        following: str | None = path
        while following:
            response = self.get(following)
            entries += response.json["results"]
            link = re.fullmatch(r'<(.+)>; rel="next"', response.headers.get("Link", ""))
            following = link[1] if link else None
        return entries


def check_problem(response: TestResponse) -> None:
    """Every error is a problem of RFC 9457, and tells nothing of the inside."""
    problem = response.json
    assert response.content_type == PROBLEM
    assert problem["status"] == response.status_code
    assert problem["type"]
    assert problem["title"]
    assert problem["instance"].startswith("/")
    assert not re.search(r"Traceback|sqlalchemy|psycopg|\.py\b|SELECT ", response.get_data(as_text=True))


def draft(author: Caller, **content: Any) -> str:
    """The id of a new draft."""
    return author.post("/posts", PREPRINT | content, expect=201).json["id"]


def publish(author: Caller, **content: Any) -> str:
    """The id of a new published post."""
    post_id = draft(author, **content)
    author.post(f"/posts/{post_id}/publish")
    return post_id


def renew(author: Caller, post_id: str, **changes: Any) -> None:
    """Publish the next version of a post."""
    content = {"abstract": "Eighty knees, two readers."} | changes
    author.patch(f"/posts/{post_id}", content, headers=author.tag_of(f"/posts/{post_id}"))
    author.post(f"/posts/{post_id}/publish")


def declare(author: Caller, post_id: str, **content: Any) -> None:
    """Declare written consent and the whole checklist for the draft of a case."""
    body = {"consent": "written", "checklist": list(checklist())} | content
    author.put(f"/posts/{post_id}/declaration", body)


def review(reviewer: Caller, post_id: str, overall: float = 7, **content: Any) -> str:
    """The id of a new review."""
    body = {"overall": overall, "body": "Careful work; the field map is missing."} | content
    return reviewer.post(f"/posts/{post_id}/reviews", body, expect=201).json["id"]
