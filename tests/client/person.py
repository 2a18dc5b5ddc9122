"""Somebody who uses the generated client."""

import importlib
import inspect
from types import ModuleType
from typing import Any, get_args

import httpx


class Person:
    """Calls operations by the generator's names: ``rosa.call("posts.create_post", body={...})``."""

    def __init__(self, package: ModuleType, client: httpx.Client) -> None:
        self.package, self.id = package, ""
        self.client = package.Client(base_url="http://localhost").set_httpx_client(client)

    def send(self, headers: dict[str, str]) -> None:
        """Send these along from now on."""
        self.client.get_httpx_client().headers.update(headers)

    def ask(self, operation: str, *path: str, body: dict[str, Any] | None = None, **options: Any) -> Any:
        """Return the generated client's response: status, headers and the parsed model."""
        function = importlib.import_module(f"{self.package.__name__}.api.{operation}").sync_detailed
        if body is not None:
            annotation = inspect.signature(function).parameters["body"].annotation
            kind = next(one for one in (annotation, *get_args(annotation)) if hasattr(one, "from_dict"))
            options["body"] = kind.from_dict(body)
        return function(*path, client=self.client, **options)

    def call(self, operation: str, *path: str, **options: Any) -> Any:
        """Return the model of a success."""
        response = self.ask(operation, *path, **options)
        assert response.status_code < 400, response.content
        return response.parsed

    def refused(self, operation: str, *path: str, **options: Any) -> int:
        """Return the status of a refusal, which comes as the model of a problem."""
        response = self.ask(operation, *path, **options)
        assert type(response.parsed).__name__ == "Problem", response.content
        assert response.parsed.status == response.status_code
        return int(response.status_code)

    def publish(self, **content: Any) -> str:
        """Return the id of a new published post."""
        kind = {"kind": "preprint", "title": "Knees at low field", "abstract": "Forty knees.", "tags": ["mri"]}
        post = self.call("posts.create_post", body=kind | content).id
        self.call("posts.publish_post", post)
        return str(post)

    def review(self, post: str, overall: float, **content: Any) -> str:
        """Return the id of a new review."""
        body = {"overall": overall, "body": "Careful work."} | content
        return str(self.call("posts.submit_review", post, body=body).id)

    def walk(self, operation: str, *path: str, **options: Any) -> list[Any]:
        """Return all entries of a list, page by page."""
        entries, cursor = [], "*"
        while cursor:
            page = self.call(operation, *path, cursor=cursor, **options)
            entries += page.results
            cursor = page.meta.next_cursor
        return entries
