"""Lines of text out of a file that someone else made: plain or gzipped, and nothing but UTF-8."""

import codecs
import gzip
import io
import zlib
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from scholarnet.errors import InputError

GZIP = b"\x1f\x8b"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LONGEST_LINE = 1 << 22  # bytes: a file without line ends must not be read into memory whole


def read_lines(path: Path, *, longest: int = LONGEST_LINE) -> Generator[str]:
    """Yield the physical lines of a file, line ends kept, the byte order mark dropped.

    Whether it is gzipped is told by its first bytes: names lie, contents do not.
    Raises InputError with the line at fault for bytes that are not UTF-8, NUL, lines above
    `longest` bytes, and archives that are damaged or break off. Who may stop halfway closes it, and so the file.
    """
    number = 0
    try:
        with path.open("rb") as raw:
            stream = unpacked_stream(raw)
            for number, line in enumerate(iter(partial(stream.readline, longest), b""), start=1):
                if len(line) == longest:
                    raise _too_long(path, line=number, longest=longest)
                yield _text(line if number > 1 else _unmarked(line, path=path), path=path, number=number)
    except EOFError as error:
        message = "the gzip archive breaks off here; copy or pack the file again"
        raise InputError(str(path), message, line=number + 1) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        message = f"the gzip archive is damaged here ({error}); copy or pack the file again"
        raise InputError(str(path), message, line=number + 1) from error
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}") from error


def unpacked_stream(raw: io.BufferedReader) -> BinaryIO:
    """Return the stream, unpacked if it is gzipped."""
    # No buffer around GzipFile: on an error it would drop the good lines before the fault, and their count.
    return gzip.GzipFile(fileobj=raw) if raw.peek(2).startswith(GZIP) else raw  # type: ignore[return-value]


def _unmarked(line: bytes, *, path: Path) -> bytes:
    if line.startswith(UTF_16):
        raise InputError(str(path), "the text is UTF-16; save it as UTF-8", line=1)
    return line.removeprefix(codecs.BOM_UTF8)


def _too_long(path: Path, *, line: int, longest: int) -> InputError:
    return InputError(str(path), f"the line is longer than {longest:,} bytes; end lines with LF or CRLF", line=line)


def _text(line: bytes, *, path: Path, number: int) -> str:
    if b"\0" in line:
        message = f"byte {line.index(0) + 1} of the line is NUL; this is no text file, or not in UTF-8"
        raise InputError(str(path), message, line=number)
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} of the line (0x{line[error.start]:02X}) is not UTF-8; save it as UTF-8"
        raise InputError(str(path), message, line=number) from error
