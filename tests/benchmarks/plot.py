"""Growth as a plot: SVG, the same bytes for the same figures.

The only module that knows matplotlib. The plot lies on whatever is behind it, so its colours are
of the middle: read on white and on near black. Text stays text, and is put into the language
afterwards, since the libraries' own fonts have no Chinese.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape

from tests.benchmarks.page_words import WORDS, Words

_INK = "#808080"
_LOOKS = (("#c2703d", "o"), ("#3d85c6", "s"), ("#5b9a52", "^"))
"""Colour and mark, so that no eye needs the colour alone."""
_FONTS = "system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Growth:
    """What is plotted; axes and lines are named by the keys of their words."""

    across: str
    up: str
    lines: Mapping[str, Sequence[tuple[float, float]]]
    logarithmic: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All of its words."""
        return (self.across, self.up, *self.lines)


def draw(growth: Growth, words: Words) -> str:
    """The plot in a language."""
    import matplotlib as mpl

    english = WORDS["en"].texts
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kb", "font.size": 11}):
        mpl.rc("font", **{"sans-serif": ["DejaVu Sans"]})
        mpl.rc("text", color=_INK)
        mpl.rc("axes", labelcolor=_INK, edgecolor=_INK)
        mpl.rc("xtick", color=_INK)
        mpl.rc("ytick", color=_INK)
        svg = _drawn(growth)
    for name in growth.names:
        svg = svg.replace(f">{escape(english[name])}<", f">{escape(words.texts[name])}<")
    return svg.replace("'DejaVu Sans', sans-serif", _FONTS)


def digest(growth: Growth) -> str:
    """Of the figures: it stands in the file, so that a plot tells what it was drawn from."""
    return hashlib.sha256(json.dumps(asdict(growth), sort_keys=True).encode()).hexdigest()[:16]


def _drawn(growth: Growth) -> str:
    from matplotlib.figure import Figure

    english = WORDS["en"].texts
    picture = Figure(figsize=(7, 4), layout="constrained")
    axes = picture.subplots()
    for (name, points), (colour, mark) in zip(growth.lines.items(), _LOOKS, strict=False):
        across, up = zip(*points, strict=True)
        axes.plot(across, up, color=colour, marker=mark, linewidth=2, label=english[name])
    if growth.logarithmic:
        axes.set_xscale("log")
        axes.set_yscale("log")
    else:
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
    axes.set_xlabel(english[growth.across])
    axes.set_ylabel(english[growth.up])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(visible=True, color=_INK, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    target = io.StringIO()
    picture.savefig(
        target,
        format="svg",
        transparent=True,
        metadata={"Date": None, "Creator": None, "Description": digest(growth)},
    )
    return target.getvalue()
