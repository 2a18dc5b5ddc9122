"""The application and its people."""

from tests.api.fixtures import app, contract, join

__all__ = ["app", "contract", "join"]
