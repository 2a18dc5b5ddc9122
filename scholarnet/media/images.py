"""Images: drawn anew, so that nothing of the file that came is left but its pixels."""

import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, ImageSequence

from scholarnet.errors import Invalid, TooLarge

MOST_PIXELS, MOST_FRAMES = (
    50_000_000,
    2_000,
)  # pixels of all frames together; each takes up to 4 bytes, twice at the most
LONGEST_EDGE = 320  # of a thumbnail
QUALITY = 95
DEEP = frozenset({"I", "F", "I;16", "I;16B", "I;16L"})  # more grey values than a screen shows
INDEXED = frozenset({"1", "P", "PA"})
BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, ArithmeticError, LookupError, TypeError)
DRAWING = ThreadPoolExecutor(1)  # one image at a time in a process, and by one thread, whose memory is used again


@dataclass(frozen=True, slots=True)
class Picture:
    """How large the first frame is."""

    width: int
    height: int


def draw_anew(path: Path, form: str, *, to: Path, thumbnail: Path) -> Picture:
    """Write the pixels, turned upright, to `to`, and a small JPEG of the first frame to `thumbnail`."""
    return DRAWING.submit(_draw, path, form, to, thumbnail).result()


def _draw(path: Path, form: str, to: Path, thumbnail: Path) -> Picture:
    try:
        with Image.open(path, formats=[form]) as image:
            frames = _frames(image, is_many=form == "TIFF")
            first = next(frames)
            picture = Picture(*first.size)
            _save(first, form, to, frames)
            _shrink(first).save(thumbnail, "JPEG", quality=80)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except BROKEN as error:
        raise Invalid("content", f"the {form} is cut off or damaged: not all of its pixels are there") from error
    return picture


def _frames(image: Image.Image, *, is_many: bool) -> Iterator[Image.Image]:
    left = MOST_PIXELS
    for number, frame in enumerate(ImageSequence.Iterator(image), 1):
        left -= frame.width * frame.height  # before they are drawn
        if left < 0 or number > MOST_FRAMES:
            raise _too_large()
        frame.load()
        upright = ImageOps.exif_transpose(frame)  # always a copy
        upright.info = {name: upright.info[name] for name in ("transparency",) if name in upright.info}
        if not is_many:
            image.close()  # and with it the pixels as they came
        yield upright
        if not is_many:
            return


def _save(first: Image.Image, form: str, to: Path, others: Iterator[Image.Image]) -> None:
    if form == "TIFF":
        first.save(to, form, save_all=True, append_images=others, compression="tiff_adobe_deflate")
    elif form == "JPEG":
        first.save(to, form, quality=QUALITY, subsampling=0)
    else:
        first.save(to, form)


def _shrink(image: Image.Image) -> Image.Image:
    """Make it small itself, without a copy."""
    if image.mode in DEEP:
        image = _stretch(image)
    form = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode in INDEXED or "transparency" in image.info:
        image = image.convert(form)  # what cannot be averaged
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    small = image.convert(form)
    if form == "RGBA":
        white = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(white, small).convert("RGB")
    return small


def _stretch(image: Image.Image) -> Image.Image:
    """The range of grey values that there is, on the 256 of a screen."""
    small = ImageOps.contain(image, (LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.NEAREST)
    values = np.nan_to_num(np.asarray(small, dtype=float))
    low, high = values.min(), values.max()
    return Image.fromarray(((values - low) * (255 / ((high - low) or 1))).astype(np.uint8))


def _too_large() -> TooLarge:
    msg = f"an image has at most {MOST_PIXELS:,} pixels, all frames together, and {MOST_FRAMES:,} frames"
    return TooLarge(msg)
