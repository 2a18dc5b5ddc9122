"""The application and its people."""

from tests.api.fixtures import app, attachments, contract, join

__all__ = ["app", "attachments", "contract", "join"]
