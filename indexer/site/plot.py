"""Plots as SVG inside the page: stacked columns, and the same figures as a table. Pure.

Nothing is fetched and nothing is measured: sizes are units of the view box, which scales. Colours
are classes, so that the theme gives them for light, dark and print; shapes are told apart by their
order and by the table as well. A new kind of plot is a function that gives a ``Figure``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.site.markup import Html, join, tag

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 10, 34
_MOST_LABELS = 12
_COLOURS = 8
_GRID_LINES = 4


class Series(NamedTuple):
    """A name and a value for each category."""

    name: str
    values: Sequence[int]


class Figure(NamedTuple):
    """What a plot says in words, for those who do not see it, and what is drawn."""

    title: str
    description: str
    drawing: Html
    legend: Sequence[str]
    height: int = HEIGHT


def stacked_columns(
    title: str, description: str, categories: Sequence[str], series: Sequence[Series]
) -> Figure:
    """A column for each category, its series on top of each other, the first at the bottom."""
    totals = [sum(one.values[n] for one in series) for n in range(len(categories))]
    step = _step(max(totals, default=1))
    top = max(1, math.ceil(max(totals, default=1) / step)) * step
    parts = [*_grid(top, step), *_columns(categories, series, top), *category_labels(categories)]
    return Figure(title, description, join(parts), [one.name for one in series])


def figure(drawn: Figure, categories: Sequence[str], series: Sequence[Series], words: str) -> Html:
    """The plot with its legend and its table; ``words`` is the label of the latter."""
    legend = (
        tag("li", tag("span", class_=f"kb-swatch kb-series-{n % _COLOURS}"), name)
        for n, name in enumerate(drawn.legend)
    )
    table = tag("details", tag("summary", words), _table(categories, series))
    return framed(drawn, tag("ul", join(legend), class_="kb-legend"), table)


def framed(drawn: Figure, legend: Html, below: Html) -> Html:
    """The plot with its legend, its title and what stands below: the same figures in words."""
    svg = tag(
        "svg",
        tag("title", drawn.title),
        tag("desc", drawn.description),
        drawn.drawing,
        viewBox=f"0 0 {WIDTH} {drawn.height}",
        role="img",
        aria_label=f"{drawn.title}. {drawn.description}",
        class_="kb-plot",
    )
    return tag(
        "figure",
        svg,
        legend,
        tag("figcaption", drawn.title),
        below,
        class_="kb-figure",
    )


def _table(categories: Sequence[str], series: Sequence[Series]) -> Html:
    heads = (tag("th", one.name, scope="col") for one in series)
    rows = (
        tag(
            "tr",
            tag("th", category, scope="row"),
            join(tag("td", str(one.values[n])) for one in series),
        )
        for n, category in enumerate(categories)
    )
    head = tag("thead", tag("tr", tag("td"), join(heads)))
    return tag(
        "div",
        tag("table", head, tag("tbody", join(rows)), class_="kb-figures"),
        class_="kb-scroll",
        tabindex="0",
        role="region",
        aria_label=", ".join(one.name for one in series),
    )


def _step(most: int) -> int:
    """The distance of the grid's lines: 1, 2 or 5 times a power of ten."""
    wanted = max(1.0, most / _GRID_LINES)
    power = 10 ** math.floor(math.log10(wanted))
    return next(int(power * f) for f in (1, 2, 5, 10) if power * f >= wanted)


def _y(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _grid(top: int, step: int) -> Iterator[Html]:
    for value in range(0, top + 1, step):
        y = f"{_y(value, top):.1f}"
        yield tag("line", x1=str(LEFT), x2=str(WIDTH - RIGHT), y1=y, y2=y, class_="kb-grid")
        yield tag(
            "text",
            str(value),
            x=str(LEFT - 6),
            y=y,
            text_anchor="end",
            dominant_baseline="middle",
            class_="kb-axis",
        )


def slot_width(count: int) -> float:
    """What each of so many categories takes of the width."""
    return (WIDTH - LEFT - RIGHT) / max(1, count)


def _columns(categories: Sequence[str], series: Sequence[Series], top: int) -> Iterator[Html]:
    slot = slot_width(len(categories))
    width = min(slot * 0.72, 48)
    for n, category in enumerate(categories):
        below = 0
        x = LEFT + slot * n + (slot - width) / 2
        for number, one in enumerate(series):
            value = one.values[n]
            if not value:
                continue
            y = _y(below + value, top)
            below += value
            yield tag(
                "rect",
                tag("title", f"{category}, {one.name}: {value}"),
                x=f"{x:.1f}",
                y=f"{y:.1f}",
                width=f"{width:.1f}",
                height=f"{_y(below - value, top) - y:.1f}",
                class_=f"kb-series-{number % _COLOURS}",
            )


def category_labels(categories: Sequence[str]) -> Iterator[Html]:
    """Names below the columns or points, as many as there is room for."""
    slot = slot_width(len(categories))
    every = math.ceil(len(categories) / _MOST_LABELS)
    for n in range(0, len(categories), every):
        yield tag(
            "text",
            categories[n],
            x=f"{LEFT + slot * (n + 0.5):.1f}",
            y=str(HEIGHT - BOTTOM + 18),
            text_anchor="middle",
            class_="kb-axis",
        )
