"""The reliability plot as an SVG: of how many things the intervals of each level held, a line a dataset."""

from collections.abc import Iterator, Mapping
from html import escape

from tests.benchmarks.calibration.coverage import GOAL, LEVELS, Cases

LEFT, TOP, SIDE, LEGEND = 60, 20, 420, 190
COLOURS = ("#1b4332", "#d1495b", "#2e6f95", "#edae49", "#66a182", "#8d5a97", "#00798c", "#b5651d", "#6c757d", "#e07a5f")
STYLE = (
    "text{font:12px sans-serif;fill:#333}.axis{stroke:#ddd}.ideal{stroke:#333;stroke-dasharray:5 4}"
    ".line{fill:none;stroke-width:1.8}.goal{stroke:#333;stroke-width:5;opacity:.25}"
)


def draw(held: Mapping[str, Cases]) -> str:
    """Nominal level to the right, observed coverage upwards, from 0 to 100 %; a line a name."""
    lines = [part for place, (name, cases) in enumerate(held.items()) for part in _line(place, name, cases)]
    body = "\n".join([*_axes(), *lines])
    width, height = LEFT + SIDE + LEGEND + 20, TOP + SIDE + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f"<title>Coverage of intervals of 10 to 95 %</title>\n"
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _x(level: float) -> float:
    return LEFT + SIDE * level


def _y(share: float) -> float:
    return TOP + SIDE * (1.0 - share)


def _axes() -> Iterator[str]:
    for tenth in range(0, 11, 2):
        at, last = tenth / 10, LEFT + SIDE
        yield f'<line class="axis" x1="{LEFT}" x2="{last}" y1="{_y(at):.1f}" y2="{_y(at):.1f}"/>'
        yield f'<line class="axis" x1="{_x(at):.1f}" x2="{_x(at):.1f}" y1="{TOP}" y2="{TOP + SIDE}"/>'
        yield f'<text x="{LEFT - 8}" y="{_y(at) + 4:.1f}" text-anchor="end">{tenth * 10}</text>'
        yield f'<text x="{_x(at):.1f}" y="{TOP + SIDE + 18}" text-anchor="middle">{tenth * 10}</text>'
    yield f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    yield f'<line class="goal" x1="{_x(0.9):.1f}" x2="{_x(0.9):.1f}" y1="{_y(GOAL[0]):.1f}" y2="{_y(GOAL[1]):.1f}"/>'
    middle = TOP + SIDE / 2
    yield f'<text x="{_x(0.5)}" y="{TOP + SIDE + 40}" text-anchor="middle">level that the interval states, %</text>'
    yield f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">held by the interval, %</text>'


def _line(place: int, name: str, cases: Cases) -> Iterator[str]:
    colour, x, y = COLOURS[place % len(COLOURS)], LEFT + SIDE + 20, TOP + 12 + 20 * place
    dash = ' stroke-dasharray="6 2"' if place >= len(COLOURS) else ""
    shares = cases.held.mean(axis=0)
    points = " ".join(f"{_x(level):.1f},{_y(share):.1f}" for level, share in zip(LEVELS, shares, strict=True))
    yield f'<g><title>{escape(name)}</title><polyline class="line" stroke="{colour}"{dash} points="{points}"/>'
    yield f'<line class="line" stroke="{colour}"{dash} x1="{x}" x2="{x + 22}" y1="{y}" y2="{y}"/>'
    yield f'<text x="{x + 28}" y="{y + 4}">{escape(name)}</text></g>'
