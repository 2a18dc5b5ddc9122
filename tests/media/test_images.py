"""Images come out as pixels and nothing else."""

import io
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from scholarnet.errors import Invalid, TooLarge
from scholarnet.media import images
from scholarnet.media.images import Picture, draw_anew
from tests.media import files

SECRET = b"Ines Example"


def redraw(folder: Path, content: bytes, form: str) -> tuple[Picture, bytes]:
    (folder / "came").write_bytes(content)
    picture = draw_anew(folder / "came", form, to=folder / "drawn", thumbnail=folder / "small")
    return picture, (folder / "drawn").read_bytes()


def secret_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET.decode(), orientation
    return exif


def test_a_png_loses_what_follows_its_end_and_its_texts(tmp_path: Path) -> None:
    content = files.image("PNG", exif=secret_exif(), icc_profile=SECRET) + b"<script>alert(1)</script>"
    picture, drawn = redraw(tmp_path, content, "PNG")
    assert picture == Picture(40, 30)
    assert SECRET in content
    assert b"script" not in drawn
    assert SECRET not in drawn


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_an_image_loses_what_follows_its_end(form: str, tmp_path: Path) -> None:
    hidden = b"<script>alert(1)</script>" + files.archive(("a.csv", b"1"))
    _, drawn = redraw(tmp_path, files.image(form) + hidden, form)
    assert b"script" not in drawn
    assert not zipfile.is_zipfile(tmp_path / "drawn")


def test_a_jpeg_is_turned_upright_and_loses_its_exif(tmp_path: Path) -> None:
    content = files.image("JPEG", exif=secret_exif(orientation=6), comment=SECRET)
    assert content.count(SECRET) == 2
    picture, drawn = redraw(tmp_path, content, "JPEG")
    assert picture == Picture(30, 40)
    assert SECRET not in drawn
    assert not Image.open(io.BytesIO(drawn)).getexif()


def test_a_tiff_keeps_all_frames_and_their_depth_and_loses_its_tags(tmp_path: Path) -> None:
    frames = [Image.new("I;16", (20, 10), grey) for grey in (1000, 40_000)]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:], tiffinfo={270: SECRET.decode()})
    assert SECRET in file.getvalue()
    _, drawn = redraw(tmp_path, file.getvalue(), "TIFF")
    assert SECRET not in drawn
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.n_frames == 2
        image.seek(1)
        assert image.getpixel((3, 3)) == 40_000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "I", "F", "CMYK"])
def test_a_thumbnail_is_small_when_the_image_has_any_mode(mode: str, tmp_path: Path) -> None:
    form = "TIFF" if mode in {"I", "F", "CMYK"} else "PNG"
    file = io.BytesIO()
    Image.new(mode, (900, 450)).save(file, form)
    redraw(tmp_path, file.getvalue(), form)
    with Image.open(tmp_path / "small") as small:
        assert (small.format, small.size) == ("JPEG", (320, 160))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_an_image_is_refused_when_it_is_cut_off(form: str, tmp_path: Path) -> None:
    content = files.image(form, (200, 200))
    with pytest.raises(Invalid, match="cut off"):
        redraw(tmp_path, content[: len(content) // 2], form)


@pytest.mark.parametrize("n_frames", [1, 2])
def test_an_image_is_refused_when_its_frames_have_too_many_pixels(
    n_frames: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MOST_PIXELS", 100 * 100 * n_frames - 1)
    frame = Image.new("1", (100, 100))
    file = io.BytesIO()
    frame.save(file, "TIFF", save_all=True, append_images=[frame] * (n_frames - 1))
    with pytest.raises(TooLarge, match="pixels"):
        redraw(tmp_path, file.getvalue(), "TIFF")


def test_an_image_is_refused_when_it_says_that_it_is_enormous(tmp_path: Path) -> None:
    content = bytearray(files.image("PNG"))
    content[16:24] = (60_000).to_bytes(4) * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4)
    with pytest.raises(TooLarge, match="50,000,000 pixels"):
        redraw(tmp_path, bytes(content), "PNG")


def test_an_image_is_refused_when_it_has_too_many_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, file = Image.new("1", (1, 1)), io.BytesIO()
    frame.save(file, "TIFF", save_all=True, append_images=[frame] * 2)
    redraw(tmp_path, file.getvalue(), "TIFF")
    monkeypatch.setattr(images, "MOST_FRAMES", 2)
    with pytest.raises(TooLarge, match="2 frames"):
        redraw(tmp_path, file.getvalue(), "TIFF")


DRAW = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from scholarnet.media.images import draw_anew

def megabytes(name):
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024

came = Path(sys.argv[1])
def draw(number):
    draw_anew(came, "PNG", to=came.with_suffix(f".{number}"), thumbnail=came.with_suffix(f".{number}.small"))

before = megabytes("VmRSS")
with ThreadPoolExecutor(int(sys.argv[2])) as pool:
    list(pool.map(draw, range(int(sys.argv[2]))))
print(megabytes("VmHWM") - before)
"""


@pytest.mark.parametrize(("height", "n_threads"), [(5_000, 1), (1_000, 6)])
def test_memory_is_bounded_when_images_are_as_large_as_may_be_or_come_at_once(
    height: int, n_threads: int, tmp_path: Path
) -> None:
    (tmp_path / "came").write_bytes(files.large_png(10_000, height))
    call = [sys.executable, "-c", DRAW, str(tmp_path / "came"), str(n_threads)]
    taken = float(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    pixels = 10_000 * height * 4 / 1024**2
    assert pixels < taken < 2 * pixels + 50  # as it came and upright, once, however many come
