"""A score as an SVG: where a post starts, what each review adds or takes, the score, its interval, the plain mean."""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor

from scholarnet.services.explanation_views import Part
from scholarnet.services.explanations import Explanation

MOST = 14  # reviews with a line of their own
LEFT, WIDTH, RIGHT, TOP, LINE = 190, 430, 300, 92, 26
STYLE = (
    "text{font:12px sans-serif;fill:#333}.title{font-weight:bold;font-size:14px}.axis{stroke:#e3e3e3}.up{fill:#2a9d8f}"
    ".down{fill:#d1495b}.capped{stroke:#333;stroke-width:1.5;stroke-dasharray:3 2}.step{stroke:#999}"
    ".interval{fill:#8d99ae;opacity:.45}.value{stroke:#1b4332;stroke-width:4}.start{stroke:#777;stroke-width:3}"
    ".mean{stroke:#e09f3e;stroke-width:2;stroke-dasharray:6 4}.soft{fill:#777}.marked{fill:#9c6615}"
)
CAPS = {"budget": "shares a budget", "push": "looks like a push", "distance": "far from the score", "trust": "trust"}


def draw(title: str, explanation: Explanation, parts: Sequence[Part]) -> str:
    """Return the picture: ratings to the right, reviews downwards, the one that contributes most first of its side."""
    steps = _steps(explanation, parts)
    picture = _Picture(explanation, steps)
    height = TOP + LINE * (len(steps) + 2) + 46
    body = "\n".join(picture.lines(title, explanation))
    size = f'viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" width="{LEFT + WIDTH + RIGHT}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{STYLE}</style>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


class _Step:
    """One move from `start` by `share`: a review's, or that of all the reviews with no line of their own."""

    def __init__(self, label: str, share: float, *, note: str = "", capped_by: str | None = None) -> None:
        self.label, self.share, self.note, self.capped_by = label, share, note, capped_by
        self.start = 0.0


def _steps(explanation: Explanation, parts: Sequence[Part]) -> list[_Step]:
    """The steps from where a post starts to the score, each towards the side that keeps the way short."""
    shown, others = parts[:MOST], parts[MOST:]
    waiting = [_of_review(part) for part in shown]
    if others:
        waiting.append(_Step(f"{len(others)} more", sum(part.share for part in others)))
    cut = explanation.prior_share - explanation.middle
    if abs(cut) >= 0.005:  # less reads 0.00
        waiting.append(_Step("cut at the scale's end", cut))
    at, steps = explanation.middle, []
    while waiting:
        over = at > (explanation.value or at)
        step = next((one for one in waiting if (one.share < 0) is over), waiting[0])
        waiting.remove(step)
        step.start = at
        at += step.share
        steps.append(step)
    return steps


def _of_review(part: Part) -> _Step:
    without = "" if part.value_without is None else f"; {part.value_without:.2f} without it"
    return _Step(f"{part.who}: {part.overall:g}", part.share, note=without, capped_by=part.capped_by)


class _Picture:
    """Places on the sheet: x by rating, over the scale and as far as any step goes."""

    def __init__(self, explanation: Explanation, steps: Sequence[_Step]) -> None:
        ends = [explanation.middle, *(step.start for step in steps), *(step.start + step.share for step in steps)]
        self.low = min(explanation.scale[0], floor(min(ends)))
        self.high = max(explanation.scale[1], ceil(max(ends)))
        self.steps = steps
        self.bottom = TOP + LINE * (len(steps) + 2)

    def x(self, rating: float) -> float:
        return LEFT + WIDTH * (rating - self.low) / (self.high - self.low)

    def lines(self, title: str, explanation: Explanation) -> Iterator[str]:
        yield f'<text class="title" x="12" y="24">{escape(_short(title, 110))}</text>'
        yield from self._axis()
        yield from self._start(explanation.middle)
        for at, step in enumerate(self.steps, start=1):
            yield from self._step(step, TOP + LINE * at)
        if explanation.value is not None:
            yield from self._score(explanation, explanation.value)
        yield (
            f'<text class="soft" x="12" y="{self.bottom + 34}">A broken outline: something caps the review. '
            "The band: the 80 % interval. All in rating units.</text>"
        )

    def _axis(self) -> Iterator[str]:
        for rating in range(self.low, self.high + 1, max(1, (self.high - self.low) // 12)):
            x = self.x(rating)
            yield f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 12}" y2="{self.bottom}"/>'
            yield f'<text class="soft" x="{x:.1f}" y="{self.bottom + 14}" text-anchor="middle">{rating}</text>'

    def _start(self, middle: float) -> Iterator[str]:
        x = self.x(middle)
        yield self._label("where a post starts", TOP)
        yield f'<line class="start" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{TOP + 8}"/>'
        yield self._note(f"{middle:.2f}", TOP)

    def _step(self, step: _Step, y: int) -> Iterator[str]:
        start, end = self.x(step.start), self.x(step.start + step.share)
        name = ("up" if step.share > 0 else "down") + (" capped" if step.capped_by else "")
        yield f'<g><line class="step" x1="{start:.1f}" x2="{start:.1f}" y1="{y - LINE + 8}" y2="{y - 8}"/>'
        yield (
            f'<rect class="{name}" x="{min(start, end):.1f}" y="{y - 8}" width="{abs(end - start):.1f}" height="16"/>'
        )
        yield self._label(step.label, y)
        reason = f"; {CAPS[step.capped_by]}" if step.capped_by else ""
        yield self._note(f"{step.share:+.2f}{reason}{step.note}", y) + "</g>"

    def _score(self, explanation: Explanation, value: float) -> Iterator[str]:
        y, x = self.bottom - LINE, self.x(value)
        low, high = self.x(explanation.low or value), self.x(explanation.high or value)
        mean = self.x(explanation.plain_mean or value)
        yield f'<rect class="interval" x="{low:.1f}" y="{y - 9}" width="{high - low:.1f}" height="18"/>'
        yield f'<line class="value" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 10}" y2="{y + 10}"/>'
        yield self._label("the score", y)
        yield self._note(f"{value:.2f}, from {explanation.low:.2f} to {explanation.high:.2f}", y)
        yield f'<line class="mean" x1="{mean:.1f}" x2="{mean:.1f}" y1="{TOP - 30}" y2="{self.bottom}"/>'
        yield (
            f'<text class="marked" x="{mean:.1f}" y="{TOP - 36}" text-anchor="middle">'
            f"plain mean {explanation.plain_mean:.2f}</text>"
        )

    def _label(self, text: str, y: int) -> str:
        return f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(_short(text, 26))}</text>'

    def _note(self, text: str, y: int) -> str:
        return f'<text x="{LEFT + WIDTH + 14}" y="{y + 4}">{escape(text)}</text>'


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
