"""PDF: from its first byte to its last nothing else, whole, and without a program that a reader would run.

Refused are a page for browsers at its beginning, anything behind its end, encryption, and the actions that run
something: scripts, XFA forms (which carry scripts), the launch of a program. Files embedded in a PDF are taken: tagged
papers carry their formulas in them, and no reader opens one by itself. The search is a net against what is careless
or well known and no proof: what passes is still a download that no browser runs.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from scholarnet.errors import Invalid, TooLarge, UnsupportedKind
from scholarnet.media.streams import CHUNK, tail

END, BLANK = b"%%EOF", b"\0\t\n\f\r "
WITHIN = 1024  # of the last byte
SNIFFED = 1445  # bytes, of which a browser guesses a type (WHATWG, MIME Sniffing, section 5.2)
OVERLAP = 4096  # of the pieces that are searched, and so the longest that is found for sure
MOST_STREAMS, MOST_INFLATED = 100_000, 256 * 1024**2  # of objects; bytes in all of them together
LONGEST_DICTIONARY, READ = 512, 16 * 1024  # of a stream of objects; bytes of it at a time
PAGE = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe)\b", re.IGNORECASE)
GAP = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*+[\r\n])*+"
KIND = rb"(?:/S|\bobj)" + GAP  # of an action: a name, or an object that is this name
ACTIVE = {
    b"/JavaScript": (re.compile(KIND + rb"/JavaScript\b"), "runs a script"),
    b"/JS": (re.compile(rb"/JS" + GAP + rb"(?:[(<]|\d++" + GAP + rb"\d++" + GAP + rb"R\b)"), "runs a script"),
    b"/Launch": (re.compile(KIND + rb"/Launch\b"), "starts a program"),
    b"/XFA": (re.compile(rb"/XFA" + GAP + rb"[\[<\d]"), "has a form (XFA) that may run a script"),
    b"/Encrypt": (re.compile(rb"/Encrypt" + GAP + rb"(?:<<|\d)"), "is encrypted, so that nobody sees what is in it"),
}
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")
OF_OBJECTS = re.compile(rb"/First\b")  # streams of objects must have it, and no others do


def check_pdf(path: Path) -> None:
    """Refuse a PDF that is cut off, is something else besides, or runs something."""
    _check_ends(path)
    starts = set()
    with path.open("rb") as file:
        for at, piece in _pieces(iter(lambda: file.read(CHUNK), b"")):
            _check_actions(piece)
            starts |= {at + start for start in _streams_of_objects(piece)}
            _check_size(len(starts), MOST_STREAMS)
    objects = chain.from_iterable(_inflated(path, start) for start in sorted(starts))
    for at, piece in _pieces(objects):
        _check_actions(piece)
        _check_size(at + len(piece), MOST_INFLATED)


def _check_ends(path: Path) -> None:
    with path.open("rb") as file:
        if PAGE.search(file.read(SNIFFED)):
            raise UnsupportedKind("content", "is not only a PDF: it begins like a page for browsers")
    _, mark, rest = tail(path, WITHIN).rpartition(END)
    if not mark:
        raise Invalid("content", "the PDF is cut off: the %%EOF at its end is missing")
    if rest.strip(BLANK):
        raise UnsupportedKind("content", "is not only a PDF: something follows its end (%%EOF)")


def _check_size(found: int, most: int) -> None:
    if found > most:
        msg = f"the objects of a PDF are at most {MOST_STREAMS:,} streams and {MOST_INFLATED:,} bytes"
        raise TooLarge(msg)


def _pieces(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The chunks with where they begin, each with the end of the one before, so that nothing lies across an edge."""
    at, kept = 0, b""
    for chunk in chunks:
        piece = kept + chunk
        yield at, piece
        kept = piece[-OVERLAP:]
        at += len(piece) - len(kept)


def _check_actions(piece: bytes) -> None:
    plain = _unescaped(piece)
    for word, (pattern, what) in ACTIVE.items():
        if word in plain and pattern.search(plain):
            raise UnsupportedKind("content", f"is a PDF that {what}: print it to a new PDF, without that")


def _streams_of_objects(piece: bytes) -> Iterator[int]:
    for stream in STREAM.finditer(piece):
        before = piece[max(stream.start() - LONGEST_DICTIONARY, 0) : stream.start()]
        dictionary = _unescaped(before).rpartition(b"endobj")[2]
        if OF_OBJECTS.search(dictionary) and b"/Filter" in dictionary and not before.endswith(b"end"):
            yield stream.end()


def _inflated(path: Path, start: int) -> Iterator[bytes]:
    """What a stream holds, to the end that it gives itself; a damaged end is for the reader to mend."""
    inflate, is_begun = zlib.decompressobj(), False
    with path.open("rb") as file:
        file.seek(start)
        rest = b""
        while not inflate.eof and (rest := rest or file.read(READ)):
            try:
                given = inflate.decompress(rest, CHUNK)
            except zlib.error as error:
                if is_begun:
                    return
                raise UnsupportedKind("content", "is a PDF with objects that are not deflated, as they are") from error
            rest, is_begun = inflate.unconsumed_tail, True
            yield given


def _unescaped(piece: bytes) -> bytes:
    """Names as they are read: `/J#53` is `/JS`."""
    return ESCAPED.sub(lambda escaped: bytes.fromhex(escaped[1].decode()), piece)
