"""The application and its people."""

from tests.api.fixtures import app, contract, join, own_app, visitor

__all__ = ["app", "contract", "join", "own_app", "visitor"]
