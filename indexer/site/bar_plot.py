"""Lying bars as SVG: a name above each, so that long ones have room. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.site.markup import Html, join, tag
from indexer.site.plot import HEIGHT, LEFT, RIGHT, WIDTH, Figure

MOST = 6
"""Bars that there is room for; the table beside them has all."""

_ROW = HEIGHT / MOST
_THICKNESS = 14
_NUMBER = 34  # room for the figure behind the longest bar
_LONGEST = 60  # characters of a name


def bars(title: str, description: str, names: Sequence[str], values: Sequence[int]) -> Figure:
    """The first ``MOST`` of the values, which count from 0, each with its name above it."""
    rows = zip(names[:MOST], values[:MOST], strict=True)
    most = max(values[:MOST], default=0)
    return Figure(title, description, join(_rows(list(rows), max(1, most))), ())


def _rows(rows: Sequence[tuple[str, int]], most: int) -> Iterator[Html]:
    room = WIDTH - LEFT - RIGHT - _NUMBER
    for n, (name, value) in enumerate(rows):
        top = _ROW * n
        width = room * value / most
        shown = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
        yield tag("text", shown, x=str(LEFT), y=f"{top + 16:.1f}", class_="kb-axis")
        yield tag(
            "rect",
            tag("title", f"{name}: {value}"),
            x=str(LEFT),
            y=f"{top + 22:.1f}",
            width=f"{width:.1f}",
            height=str(_THICKNESS),
            class_="kb-series-0",
        )
        yield tag(
            "text",
            str(value),
            x=f"{LEFT + width + 6:.1f}",
            y=f"{top + 34:.1f}",
            class_="kb-axis",
        )
