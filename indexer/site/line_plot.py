"""Target against actual as lines over periods. Pure.

The actual values are a full line with dots, the targets a dashed one with squares, so that colour
is not what tells them apart. A period without a number is a gap in its line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from indexer.site.markup import Html, join, tag
from indexer.site.plot import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Figure,
    category_labels,
    slot_width,
)

Values = Sequence[float | None]
_Sign = Callable[[float, float, str, str], Html]

_INDENT = 16  # of the axis, whose numbers may be longer than those of counts
_GRID_LINES = 4
_DOT, _SQUARE = 4, 7


def number(value: float) -> str:
    """A number as a reader writes it: no more digits than it has."""
    if abs(value) >= 1e15 or (value and abs(value) < 1e-6):
        return f"{value:.3g}"
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def target_and_actual(
    title: str, description: str, periods: Sequence[str], actual: Values, target: Values
) -> Figure:
    """One KPI; ``actual`` and ``target`` have a value, or None, for each period. The legend is the
    caller's, actual first.
    """
    scale = _Scale([value for value in (*actual, *target) if value is not None])
    parts = [
        *_grid(scale),
        *_line(periods, target, scale, "kb-line--target", _square),
        *_line(periods, actual, scale, "kb-line--actual", _dot),
        *category_labels(periods),
    ]
    return Figure(title, description, join(parts), ())


class _Scale:
    """Round numbers below and above all values."""

    def __init__(self, values: Sequence[float]) -> None:
        low, high = min(values, default=0.0), max(values, default=1.0)
        wanted = (high - low or abs(high) or 1.0) / _GRID_LINES
        power = 10.0 ** math.floor(math.log10(wanted)) if wanted > 0 else 1.0
        self.step = next(power * f for f in (1, 2, 5, 10) if power * f >= wanted * 0.999)
        self.first = math.floor(low / self.step)
        self.last = max(math.ceil(high / self.step), self.first + 1)

    def y(self, value: float) -> float:
        share = (value / self.step - self.first) / (self.last - self.first)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _grid(scale: _Scale) -> Iterator[Html]:
    for n in range(scale.first, scale.last + 1):
        y = f"{scale.y(n * scale.step):.1f}"
        yield tag(
            "line", x1=str(LEFT + _INDENT), x2=str(WIDTH - RIGHT), y1=y, y2=y, class_="kb-grid"
        )
        yield tag(
            "text",
            number(round(n * scale.step, 9)),
            x=str(LEFT + _INDENT - 6),
            y=y,
            text_anchor="end",
            dominant_baseline="middle",
            class_="kb-axis",
        )


def _line(
    periods: Sequence[str], values: Values, scale: _Scale, class_: str, sign: _Sign
) -> Iterator[Html]:
    slot = slot_width(len(values))
    places = [
        (LEFT + slot * (n + 0.5), scale.y(value), f"{periods[n]}: {number(value)}")
        if value is not None
        else None
        for n, value in enumerate(values)
    ]
    for before, after in pairwise(places):
        if before and after:
            yield tag(
                "line",
                x1=f"{before[0]:.1f}",
                y1=f"{before[1]:.1f}",
                x2=f"{after[0]:.1f}",
                y2=f"{after[1]:.1f}",
                class_=f"kb-line {class_}",
            )
    for place in places:
        if place:
            yield sign(*place, class_)


def _dot(x: float, y: float, said: str, class_: str) -> Html:
    classes = f"kb-sign {class_}"
    return tag(
        "circle", tag("title", said), cx=f"{x:.1f}", cy=f"{y:.1f}", r=str(_DOT), class_=classes
    )


def _square(x: float, y: float, said: str, class_: str) -> Html:
    return tag(
        "rect",
        tag("title", said),
        x=f"{x - _SQUARE / 2:.1f}",
        y=f"{y - _SQUARE / 2:.1f}",
        width=str(_SQUARE),
        height=str(_SQUARE),
        class_=f"kb-sign {class_}",
    )
