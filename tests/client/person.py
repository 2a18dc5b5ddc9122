"""Somebody who uses the generated client."""

import importlib
import inspect
from types import ModuleType
from typing import Any, get_args

import httpx


class Person:
    """Calls operations by the generator's names: ``rosa.call("posts.create_post", body={...})``."""

    def __init__(self, package: ModuleType, client: httpx.Client) -> None:
        self.package = package
        self.client = package.Client(base_url="http://localhost").set_httpx_client(client)

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
