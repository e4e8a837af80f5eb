"""docs/promises.svg: week by week, the share of promises kept, and how long promises and waits were. No libraries."""

from __future__ import annotations

from collections.abc import Sequence

Week = tuple[int, float, float, float]
"""Number, share kept, median promise and the wait of 9 of 10 (hours)."""

WIDTH, ROW, LEFT, PANEL, GAP = 860, 86, 190, 300, 40
KEPT, PROMISE, WAIT = "#1b7837", "#2166ac", "#b2182b"


def plot(desks: Sequence[tuple[str, Sequence[Week]]]) -> str:
    """The whole drawing: a row for each desk; left the share kept, right promise and wait."""
    height = 50 + ROW * len(desks)
    right = LEFT + PANEL + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(LEFT, 20, "share of promises kept, by week (band: .85 to .97)", KEPT),
        _text(right, 20, "median promise (hours)", PROMISE),
        _text(right + 160, 20, "wait of 9 of 10 (hours)", WAIT),
    ]
    for place, (name, weeks) in enumerate(desks):
        top = 40 + ROW * place
        parts += [_text(10, top + 30, name, "#222"), *_shares(weeks, top), *_hours(weeks, top, right)]
    return "\n".join([*parts, "</svg>", ""])


def _shares(weeks: Sequence[Week], top: int) -> list[str]:
    low, high = _down(0.97, top), _down(0.85, top)
    band = f'<rect x="{LEFT}" y="{low:.1f}" width="{PANEL}" height="{high - low:.1f}" fill="#d9f0d3"/>'
    line = [(week, _down(share, top)) for week, share, _, _ in weeks]
    return [
        band,
        _line(line, weeks, LEFT, KEPT),
        _text(LEFT - 26, _down(0.97, top) + 4, ".97"),
        _text(LEFT - 26, high, ".85"),
    ]


def _down(share: float, top: int) -> float:
    """Where a share stands: .5 at the foot of its row, 1 at its head."""
    return top + (ROW - 20) * (1 - max(0.0, share - 0.5) / 0.5)


def _hours(weeks: Sequence[Week], top: int, left: int) -> list[str]:
    most = max(max(promise, wait) for _, _, promise, wait in weeks) or 1.0
    scale = (ROW - 20) / most
    promised = [(week, top + (ROW - 20) - promise * scale) for week, _, promise, _ in weeks]
    waited = [(week, top + (ROW - 20) - wait * scale) for week, _, _, wait in weeks]
    return [
        _text(left - 34, top + 8, f"{most:.1f} h"),
        _line(promised, weeks, left, PROMISE),
        _line(waited, weeks, left, WAIT),
    ]


def _line(points: Sequence[tuple[int, float]], weeks: Sequence[Week], left: int, colour: str) -> str:
    first, last = weeks[0][0], weeks[-1][0]
    step = PANEL / max(1, last - first)
    path = " ".join(f"{left + (week - first) * step:.1f},{down:.1f}" for week, down in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _text(x: float, y: float, text: str, colour: str = "#666") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}">{text}</text>'
