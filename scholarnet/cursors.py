"""Cursors: what a list needs to go on after a row, as text that is safe in a URL as it stands."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from scholarnet.errors import BadQuery


class BadCursor(BadQuery):
    """A cursor that no page of this list gave out."""

    def __init__(self, message: str = "is not one of this list") -> None:
        super().__init__(f"cursor: {message}; begin with cursor=*")


def encode(text: str) -> str:
    """Return the cursor that carries `text`."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> str:
    """Return what a cursor carries; BadCursor if it is none."""
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError as error:
        raise BadCursor from error
