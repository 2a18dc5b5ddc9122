"""A cluster as an SVG: for each post what its members said, what the others said, and what the score made of it."""

from collections.abc import Iterator, Sequence
from html import escape

from scholarnet.services.cluster_views import PostUnderCluster

MOST = 7  # posts
LEFT, TOP, STEP, HEIGHT, GAP = 60, 70, 130, 270, 8.5
LOW, HIGH = 1, 10
STYLE = (
    "text{font:12px sans-serif;fill:#333}.axis{stroke:#ddd}.they{fill:#d1495b}.others{fill:#8d99ae}"
    ".now{stroke:#1b4332;stroke-width:4}.full{stroke:#d1495b;stroke-width:2;stroke-dasharray:5 3}"
)


def draw(posts: Sequence[PostUnderCluster]) -> str:
    """Return the picture of the first posts, overall ratings from 1 at the bottom to 10 at the top."""
    shown = posts[:MOST]
    width, height = LEFT + STEP * len(shown) + 20, TOP + HEIGHT + 50
    parts = [*_axis(width), *_legend()]
    for at, post in enumerate(shown):
        parts += _column(LEFT + STEP * at + STEP // 2, post)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _y(rating: float) -> float:
    return TOP + HEIGHT * (HIGH - rating) / (HIGH - LOW)


def _axis(width: int) -> Iterator[str]:
    for rating in range(LOW, HIGH + 1):
        y = _y(rating)
        yield f'<line class="axis" x1="{LEFT - 10}" x2="{width - 20}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 32}" y="{y + 4:.1f}">{rating}</text>'


def _legend() -> Iterator[str]:
    yield f'<circle class="they" cx="{LEFT}" cy="22" r="4"/><text x="{LEFT + 10}" y="26">what the cluster says</text>'
    yield f'<circle class="others" cx="{LEFT + 180}" cy="22" r="4"/>'
    yield f'<text x="{LEFT + 190}" y="26">what everybody else says</text>'
    yield f'<line class="now" x1="{LEFT - 8}" x2="{LEFT + 8}" y1="45" y2="45"/>'
    yield f'<text x="{LEFT + 14}" y="49">the score</text>'
    yield f'<line class="full" x1="{LEFT + 172}" x2="{LEFT + 188}" y1="45" y2="45"/>'
    yield f'<text x="{LEFT + 194}" y="49">the score, were the cluster counted in full</text>'


def _column(x: int, post: PostUnderCluster) -> Iterator[str]:
    yield f"<g><title>{escape(post.title)}</title>"
    for side, ratings, name in ((-1, post.by_others, "others"), (1, post.by_members, "they")):
        for place, rating in _spread(ratings):
            yield f'<circle class="{name}" cx="{x + side * (8 + GAP * place):.1f}" cy="{_y(rating):.1f}" r="4"/>'
    for value, name in ((post.value_in_full, "full"), (post.value, "now")):
        y = _y(value)
        yield f'<line class="{name}" x1="{x - 40}" x2="{x + 40}" y1="{y:.1f}" y2="{y:.1f}"/>'
    title = post.title if len(post.title) <= 19 else post.title[:18] + "…"
    yield f'<text x="{x}" y="{TOP + HEIGHT + 28}" text-anchor="middle">{escape(title)}</text></g>'


def _spread(ratings: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Each rating with how many of the same stand before it, so that equal ones lie side by side."""
    seen: dict[float, int] = {}
    for rating in ratings:
        seen[rating] = seen.get(rating, -1) + 1
        yield seen[rating], rating
