"""Wrong and odd options of `scholarnet rank`, as data, beside a table that is good."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """Options of `rank` beside a good table, files that they name, and what stderr must say; "" means exit 0."""

    name: str
    arguments: tuple[str, ...]
    message: str
    files: dict[str, bytes]


def option(name: str, *arguments: str, says: str = "", **files: bytes) -> Option:
    """An option case; `ids=b"…"` is the file `ids`."""
    return Option(name, arguments, says, files)


OPTIONS = [
    option("unknown-header", "--columns", "item=paper", says="reviews.csv, line 1: there is no column 'paper'"),
    option("mapped-time-is-absent", "--columns", "time=when", says="reviews.csv, line 1: there is no column 'when'"),
    option("unknown-column", "--columns", "score=rating", says="'score=rating' does not begin with one of"),
    option("no-equals-sign", "--columns", "rating", says="'rating' names no header"),
    option("no-header-named", "--columns", "item=", says="'item=' names no header"),
    option("empty-columns", "--columns", ""),
    option("empty-entry", "--columns", "item=item,,rating=rating", says="'' does not begin with"),
    option("column-twice", "--columns", "item=item,item=rating", says="'item=rating' uses a name a second time"),
    option("header-twice", "--columns", "item=rating,rating=rating", says="a second time"),
    option("open-quote", "--columns", '"item=item', says="is not a list as CSV writes it"),
    option("quoted-columns", "--columns", '"item=item", rating=rating'),
    option("verified-file", "--verified", "ids", ids=b"reviewer\nr1\n"),
    option("verified-nobody", "--verified", "ids", ids=b"reviewer\n"),
    option("verified-twice", "--verified", "ids", ids=b"reviewer\nr1\nr1\n"),
    option("verified-stranger", "--verified", "ids", ids=b"reviewer\nr1\nr9\n"),
    option("verified-missing", "--verified", "al", says="al: cannot be read: No such file"),
    option("verified-headless", "--verified", "ids", ids=b"r1\nr2\n", says="ids, line 1: there is no column"),
    option("verified-empty", "--verified", "ids", ids=b"", says="ids, line 1: the file is empty"),
    option("verified-blank", "--verified", "ids", ids=b"reviewer\n \n", says="ids, line 2, column 'reviewer'"),
    option("verified-latin", "--verified", "ids", ids=b"reviewer\n\xfc\n", says="ids, line 2: byte 1"),
    option("epoch-missing", "--epoch", "none.json", says="none.json: cannot be read: No such file"),
    option("epoch-empty", "--epoch", "fit", fit=b"", says="fit, line 1: the file is not JSON"),
    option("epoch-no-json", "--epoch", "fit", fit=b"{\n1: 2}", says="fit, line 2: the file is not JSON"),
    option("epoch-array", "--epoch", "fit", fit=b"[]", says="fit, line 1: the file is JSON, but no object"),
    option("epoch-other", "--epoch", "fit", fit=b"{}", says="fit: epoch: not a frozen fit"),
    option("epoch-binary", "--epoch", "fit", fit=b"\0", says="fit, line 1: byte 1 of the line is NUL"),
    option("vouches", "--vouches", "ids", ids=b"voucher,vouched\nr1,r2\nr1,r2\nx,r1\nr2,r2\n"),
    option("vouches-vouchee", "--vouches", "ids", ids=b"vouchee,voucher\nr1,r2\n"),
    option("vouches-nobody", "--vouches", "ids", ids=b"voucher,vouched\n"),
    option("vouches-missing", "--vouches", "no", says="no: cannot be read: No such file"),
    option("vouches-headless", "--vouches", "ids", ids=b"r1,r2\n", says="ids, line 1: there is no column 'voucher'"),
    option("vouches-blank", "--vouches", "ids", ids=b"voucher,vouched\nr1,r2\nr1, \n", says="ids, line 3, column"),
    option("vouches-ragged", "--vouches", "ids", ids=b"voucher,vouched\nr1\n", says="ids, line 2"),
    option("vouches-latin", "--vouches", "ids", ids=b"voucher,vouched\nr1,\xfc\n", says="ids, line 2: byte 4"),
    option("conflicts", "--conflicts", "ids", ids=b"reviewer,item\nr1,a\nr1,a\nr9,a\n"),
    option("conflicts-nobody", "--conflicts", "ids", ids=b"reviewer,item\n"),
    option("conflicts-all", "--conflicts", "ids", ids=b"reviewer,item\nr1,a\nr2,a\nr1,b\nr2,b\nr1,c\nr2,c\n"),
    option("conflicts-missing", "--conflicts", "no", says="no: cannot be read: No such file"),
    option(
        "conflicts-headless", "--conflicts", "ids", ids=b"r1,a\n", says="ids, line 1: there is no column 'reviewer'"
    ),
    option("conflicts-blank", "--conflicts", "ids", ids=b"reviewer,item\n,a\n", says="ids, line 2, column 'reviewer'"),
    option("conflicts-empty", "--conflicts", "ids", ids=b"", says="ids, line 1: the file is empty"),
    option("out-is-missing-directory", "--reviewers-out", "no/r.csv", says="no/r.csv: there is no directory 'no'"),
    option("out-is-directory", "--epoch-out", ".", says=".: is there and is not a file"),
    option("out-twice", "--reviewers-out", "./items.csv", says="items.csv: is named twice"),
    option("out-is-the-input", "--reviewers-out", "reviews.csv", says="reviews.csv: is named twice"),
]
