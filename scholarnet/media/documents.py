"""Plain data."""

import codecs
import re
from pathlib import Path

from scholarnet.errors import Invalid, UnsupportedKind
from scholarnet.media.streams import CHUNK

MARKUP = re.compile(r"\s*<[!?/a-z]", re.IGNORECASE)


def check_text(path: Path) -> None:
    """Refuse what is not UTF-8, or what a browser would take for a page."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    beginning = ""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                raise UnsupportedKind("content", "is not text: it contains a NUL")
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise UnsupportedKind("content", "is not text in UTF-8") from error
            if not beginning.strip():
                beginning = text
                if MARKUP.match(beginning):
                    raise UnsupportedKind("content", "begins like HTML, XML or SVG, which is not plain data")
    if decoder.getstate()[0]:
        raise Invalid("content", "the text is cut off: it ends in the middle of a character")
