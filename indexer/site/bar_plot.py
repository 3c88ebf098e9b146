"""Lying bars as SVG: a name above each, so that long ones have room. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.site.markup import Html, join, tag
from indexer.site.plot import LEFT, RIGHT, WIDTH, Figure

MOST = 8
"""Bars; the table beside them has all."""

_ROW = 42
_THICKNESS = 14
_NUMBER = 34  # room for the figure behind the longest bar
_LONGEST = 60  # characters of a name


def bars(title: str, description: str, names: Sequence[str], values: Sequence[int]) -> Figure:
    """The first ``MOST`` of the values, which count from 0, each with its name above it."""
    rows = list(zip(names[:MOST], values[:MOST], strict=True))
    most = max(values[:MOST], default=0) or 1
    return Figure(title, description, join(_rows(rows, most)), (), _ROW * len(rows))


def _rows(rows: Sequence[tuple[str, int]], most: int) -> Iterator[Html]:
    room = WIDTH - LEFT - RIGHT - _NUMBER
    for n, (name, value) in enumerate(rows):
        top = _ROW * n
        width = room * value / most
        shown = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
        yield tag("text", shown, x=str(LEFT), y=str(top + 16), class_="kb-axis")
        yield tag(
            "rect",
            tag("title", f"{name}: {value}"),
            x=str(LEFT),
            y=str(top + 22),
            width=f"{width:.1f}",
            height=str(_THICKNESS),
            class_="kb-series-0",
        )
        yield tag(
            "text",
            str(value),
            x=f"{LEFT + width + 6:.1f}",
            y=str(top + 34),
            class_="kb-axis",
        )
