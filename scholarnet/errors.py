"""What can go wrong, as facts; the edge turns them into statuses and exit codes."""

from collections.abc import Iterator
from contextlib import contextmanager


class DomainError(Exception):
    """A rule of the network said no. `errors` names the fields at fault."""

    def __init__(self, message: str, *, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors or {}


class NotFound(DomainError):
    """There is no such thing, or it is not for this reader to know that there is."""

    def __init__(self, noun: str, public_id: str) -> None:
        super().__init__(f"there is no {noun} {public_id!r}")


class Forbidden(DomainError):
    """The person may not do this."""


class NotSignedIn(DomainError):
    """This needs a person, and nobody is signed in."""

    def __init__(self, message: str = "sign in first: POST /auth/login, or send a bearer token") -> None:
        super().__init__(message)


class Conflict(DomainError):
    """It contradicts what is there."""


class AlreadyReviewed(Conflict):
    """One live review per reviewer and post."""

    def __init__(self, message: str = "you have a review of this post; revise it, or withdraw it first") -> None:
        super().__init__(message)


class RunLost(Conflict):
    """The epoch job was silent for so long that another run took its place."""

    def __init__(self) -> None:
        super().__init__("this run was taken for dead, and another took its place; it changes nothing any more")


class JobLost(Conflict):
    """An import was cancelled, or its worker was silent for so long that another took it up."""

    def __init__(self) -> None:
        super().__init__("this import was cancelled or taken up by another worker; this one changes nothing any more")


class ConflictOfInterest(Forbidden):
    """Nobody reviews their own or a recent co-author's work."""


class Withheld(Forbidden):
    """Who is writing a review of a post does not see what others think of it."""

    def __init__(self) -> None:
        super().__init__(
            "you hold an open review (a draft) of this post: its score and others' reviews are withheld from you"
            " until you submit it or discard it"
        )


class Invalid(DomainError):
    """Well-formed, and still not possible; `errors` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}", errors={field: [message]})


@contextmanager
def named_by(field: str) -> Iterator[None]:
    """Make what is not there the fault of the field that names it: NotFound becomes Invalid."""
    try:
        yield
    except NotFound as missing:
        raise Invalid(field, missing.message) from missing


class UnsupportedKind(Invalid):
    """A file of a kind that is not taken; the message says which are."""


class TooLarge(DomainError):
    """More than there is room for; the message says how much there is."""


class InvalidTexts(Invalid):
    """A text says what must not be said there; `errors` has what and where, by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        DomainError.__init__(self, "this cannot be said here: see errors for what to mend", errors=errors)


class Unpublishable(Invalid):
    """The post cannot be published as it is; `errors` says what is missing and where."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        DomainError.__init__(self, "this cannot be published yet: see errors for what to mend", errors=errors)


class BadQuery(DomainError):
    """A filter, sort or cursor that is not one; the message names the allowed ones."""


class Unavailable(DomainError):
    """Something outside that this needs does not answer now."""


class InputError(DomainError):
    """A file that cannot be used: names it, the line and the column."""

    def __init__(self, path: str, message: str, *, line: int | None = None, column: str | None = None) -> None:
        place = path + (f", line {line}" if line else "") + (f", column {column!r}" if column else "")
        super().__init__(f"{place}: {message}")
        self.path, self.line, self.column = path, line, column
