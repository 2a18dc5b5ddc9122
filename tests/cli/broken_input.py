"""Broken and odd tables of reviews, as data, and what a command that reads them must answer.

`cases()` gives them under the headers of a command; see `tests/cli/test_rank.py` for how they are used.
"""

import codecs
import gzip
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One file. The answer to it is finite where `line` is None, else a refusal that names that line.

    `off_scale` is the line that a command with a scale from 1 to 10 must refuse besides.
    """

    name: str
    content: bytes
    line: int | None = None
    off_scale: int | None = None
    file: str = "reviews.csv"

    def line_on_scale(self) -> int | None:
        """The line at fault where ratings must be from 1 to 10."""
        return self.line or self.off_scale


@dataclass(frozen=True, slots=True)
class Headers:
    """What the command calls its columns."""

    reviewer: str = "reviewer"
    item: str = "item"
    rating: str = "rating"
    time: str = "time"

    @property
    def line(self) -> str:
        """The header without `time`."""
        return f"{self.reviewer},{self.item},{self.rating}"


GOOD = "r1,a,7\nr2,a,4\nr1,b,5\n"  # lines 2 to 4; what a case adds starts at line 5


NO_RATINGS = {
    "nan": "NaN",
    "inf": "inf",
    "minus-inf": "-inf",
    "infinity": "Infinity",
    "overflow": "1e400",
    "ten-thousand-digits": "9" * 10_000,
    "text": "good",
    "empty-rating": "",
    "blank-rating": " ",
    "hexadecimal": "0x10",
    "thousands": '"1,000"',
    "decimal-comma": '"6,5"',
    "underscore": "1_0",
    "other-digits": "٦",
    "fraction": "6/10",
    "percent": "60%",
}
ODD_RATINGS = {
    "spaces-around": " 6 ",
    "plus-sign": "+6",
    "exponent": "6e0",
    "quoted-number": '"6"',
    "decimals": "6.25",
}
WIDE_RATINGS = {
    "negative-zero": "-0.0",
    "denormal": "1e-320",
    "largest": "1e308",
    "least": "-1e308",
    "negative": "-3",
}


def cases(headers: Headers = Headers()) -> list[Case]:
    """All cases, each under a name of its own."""
    return [
        *encodings(headers),
        *archives(headers),
        *headings(headers),
        *shapes(headers),
        *ratings(headers),
        *identifiers(headers),
        *times(headers),
    ]


def encodings(headers: Headers) -> list[Case]:
    text = f"{headers.line}\n{GOOD}"
    return [
        Case("byte-order-mark", codecs.BOM_UTF8 + text.encode()),
        Case("crlf", text.replace("\n", "\r\n").encode()),
        Case("no-last-line-end", text.rstrip().encode()),
        Case("lone-cr", text.replace("\n", "\r").encode(), line=1),
        Case("one-lone-cr", f"{text}r3,a,6\rr3,b,6\n".encode(), line=5),
        Case("latin-1", f"{text}Müller,a,6\n".encode("latin-1"), line=5),
        Case("utf-16", text.encode("utf-16"), line=1),
        Case("utf-16-without-mark", text.encode("utf-16-le"), line=1),
        Case("invalid-utf-8-in-the-middle", text.encode() + b"r3,a\xc3\x28,6\nr4,a,6\n", line=5),
        Case("nul", f"{text}r\0 3,a,6\n".encode(), line=5),
        Case("binary", bytes(range(256)) * 8, line=1),
    ]


def archives(headers: Headers) -> list[Case]:
    text = f"{headers.line}\n{GOOD}".encode()
    many = f"{headers.line}\n".encode() + b"".join(b"r%d,i%d,%d\n" % (k, k * k % 97, k % 9 + 1) for k in range(3000))
    packed = gzip.compress(many, mtime=0)
    return [
        Case("gzip", gzip.compress(text, mtime=0), file="reviews.csv.gz"),
        Case("gzip-under-another-name", gzip.compress(text, mtime=0)),
        Case("plain-under-a-gzip-name", text, file="reviews.csv.gz"),
        Case("gzip-cut-in-the-header", packed[:6], line=1, file="reviews.csv.gz"),
        Case("gzip-cut-before-its-checksum", packed[:-8], line=3002, file="reviews.csv.gz"),
        Case("gzip-wrong-checksum", packed[:-8] + bytes(8), line=3002, file="reviews.csv.gz"),
        Case("gzip-rubbish-behind", gzip.compress(text, mtime=0) + b"rubbish", line=5, file="reviews.csv.gz"),
    ]


def headings(headers: Headers) -> list[Case]:
    text = f"{headers.line}\n{GOOD}"
    return [
        Case("empty-file", b"", line=1),
        Case("blank-lines-only", b"\n\n\r\n", line=1),
        Case("header-only", f"{headers.line}\n".encode(), line=1),
        Case("no-header", GOOD.encode(), line=1),
        Case("missing-column", f"{headers.reviewer},{headers.item}\nr1,a\n".encode(), line=1),
        Case("capital-header", text.replace(headers.line, headers.line.upper()).encode(), line=1),
        Case("duplicate-column", f"{headers.line},{headers.item}\nr1,a,7,b\n".encode(), line=1),
        Case("nameless-column", f",{headers.line}\n0,r1,a,7\n".encode(), line=1),
        Case("semicolons", text.replace(",", ";").encode(), line=1),
        Case("tabs", text.replace(",", "\t").encode(), line=1),
        Case("other-column", f"{headers.line},mood\nr1,a,7,\nr2,a,4,good\n".encode()),
        Case("other-order", f"{headers.rating},{headers.reviewer},{headers.item}\n7,r1,a\n4,r2,a\n".encode()),
    ]


def shapes(headers: Headers) -> list[Case]:
    text = f"{headers.line}\n{GOOD}"
    return [
        Case("one-row", f"{headers.line}\nr1,a,7\n".encode()),
        Case("two-rows", f"{headers.line}\nr1,a,7\nr2,b,3\n".encode()),
        Case("one-reviewer", f"{headers.line}\nr1,a,7\nr1,b,3\nr1,c,5\n".encode()),
        Case("blank-lines", text.replace("\n", "\n\n").encode()),
        Case("row-too-short", f"{text}r3,a\n".encode(), line=5),
        Case("row-too-long", f"{text}r3,a,6,9\n".encode(), line=5),
        Case("trailing-comma", f"{text}r3,a,6,\n".encode(), line=5),
        Case("spaces-on-a-line", f"{text}   \n".encode(), line=5),
        Case("quote-never-closed", f'{text}"r3,a,6\nr4,a,6\n'.encode(), line=5),
        Case("quote-closed-lines-below", f'{text}"r3,a,6\nr4",a,6\n'.encode(), line=5),
        Case("text-behind-a-quote", f'{text}"r3"x,a,6\n'.encode(), line=5),
        Case("very-long-line", f"{text}{'r' * 5_000_000},a,6\n".encode(), line=5),
        Case("very-many-fields", f"{text}{',' * 100_000}\n".encode(), line=5),
        Case("line-number-below-a-quoted-break", f'{text.rstrip()}\n\n\n"r3","a",x\n'.encode(), line=7),
    ]


def ratings(headers: Headers) -> list[Case]:
    text = f"{headers.line}\n{GOOD}"
    return [
        *(Case(name, f"{text}r3,a,{value}\n".encode(), line=5) for name, value in NO_RATINGS.items()),
        *(Case(name, f"{text}r3,a,{value}\n".encode()) for name, value in ODD_RATINGS.items()),
        *(Case(name, f"{text}r3,a,{value}\n".encode(), off_scale=5) for name, value in WIDE_RATINGS.items()),
        Case("all-equal", f"{headers.line}\nr1,a,5\nr2,a,5\nr1,b,5\nr2,b,5\n".encode()),
        Case("all-zero", f"{headers.line}\nr1,a,0\nr2,a,0\nr1,b,-0\n".encode(), off_scale=2),
        Case("all-denormal", f"{headers.line}\nr1,a,1e-320\nr2,a,2e-320\nr1,b,0\n".encode(), off_scale=2),
        Case("both-ends", f"{headers.line}\nr1,a,1e308\nr2,a,-1e308\nr1,b,1e308\n".encode(), off_scale=2),
    ]


def identifiers(headers: Headers) -> list[Case]:
    text = f"{headers.line}\n{GOOD}"
    return [
        Case("id-of-10000-characters", f"{text}{'r' * 10_000},a,6\n".encode(), line=5),
        Case("item-of-10000-characters", f"{text}r3,{'a' * 10_000},6\n".encode(), line=5),
        Case("id-of-512-characters", f"{text}{'r' * 512},a,6\n".encode()),
        Case("empty-reviewer", f"{text},a,6\n".encode(), line=5),
        Case("empty-item", f'{text}r3,"",6\n'.encode(), line=5),
        Case("blank-id", f"{text}\u00a0\u3000,a,6\n".encode(), line=5),
        Case("quote-in-an-id", f'{text}"r ""3""",a,6\n'.encode()),
        Case("comma-in-an-id", f'{text}"r, 3",a,6\n'.encode()),
        Case("line-break-in-an-id", f'{text}"r\n3",a,6\n'.encode(), line=5),
        Case("tab-in-an-id", f"{text}r\t3,a,6\n".encode(), line=5),
        Case("unicode-ids", f"{text}Łukasz 李 🧪,é,6\nr3,e\u0301,6\n".encode()),
        Case("formula-ids", f"{text}=1+1,@a,6\n-r,+a,6\n".encode()),
        Case("numeric-ids", f"{headers.line}\n1,1,6\n01,1,5\n1.0,2,6\n".encode()),
        Case("reserved-ids", f"{headers.line}\nnan,None,6\nnull,NA,5\n".encode()),
    ]


def times(headers: Headers) -> list[Case]:
    head = f"{headers.line},{headers.time}\n"
    return [
        Case("times", f"{head}r1,a,7,2024-01-02\nr1,b,5,2024-01-02T03:04:05Z\n".encode()),
        Case("numbers-for-times", f"{head}r1,a,7,3\nr1,b,5,-2.5\n".encode()),
        Case("mixed-times", f"{head}r1,a,7,2024-01-02\nr1,b,5,1704164645\n".encode(), line=3),
        Case("no-time", f"{head}r1,a,7,2024-01-02\nr1,b,5,\n".encode(), line=3),
        Case("time-in-words", f"{head}r1,a,7,yesterday\n".encode(), line=2),
        Case("day-first-time", f"{head}r1,a,7,31/12/2024\n".encode(), line=2),
        Case("no-such-day", f"{head}r1,a,7,2023-02-29\n".encode(), line=2),
        Case("endless-time", f"{head}r1,a,7,inf\n".encode(), line=2),
        Case("same-review-twice", f"{headers.line}\nr1,a,7\nr2,a,5\nr1,a,3\n".encode()),
    ]
