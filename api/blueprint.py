"""A blueprint on which no route can be registered without a permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import g

from api.auth import guard
from api.errors import Problem
from scholarnet.permissions import RULES

PREFIX = "/api/v1"


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's, below PREFIX, with the permission at the route."""

    def __init__(self, name: str, path: str, description: str) -> None:
        super().__init__(name, name, url_prefix=PREFIX + path, description=description)

    def route(
        self, rule: str, *, permission: str, writes_on_get: bool = False, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a view that runs only for whom `permission` allows; KeyError if there is no such permission."""
        needs = RULES[permission]

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                g.writes = writes_on_get
                guard(permission)
                return view(*args, **kwargs)

            documented = self._document(guarded, needs.least is not None)
            super(Blueprint, self).route(rule, **options)(documented)
            return documented

        return decorator

    def arguments(self, schema: Any, *, location: str = "json", **options: Any) -> Any:
        """flask-smorest's; a query parameter that the schema does not know is refused, not passed over."""
        if location == "query":
            options.setdefault("unknown", ma.RAISE)
        return super().arguments(schema, location=location, **options)

    def _document(self, view: Callable[..., Any], needs_person: bool) -> Callable[..., Any]:  # noqa: FBT001
        security: list[dict[str, list[str]]] = (
            [{"bearer": []}, {"cookie": []}] if needs_person else [{}, {"bearer": []}, {"cookie": []}]
        )
        documented: Callable[..., Any] = self.doc(security=security)(view)
        for status in (401, 403) if needs_person else (401,):
            documented = self.alt_response(
                status, schema=Problem, content_type="application/problem+json", success=False
            )(documented)
        return documented
