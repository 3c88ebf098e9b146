"""Growth of the cost of a query as a plot: SVG, the same bytes for the same figures.

The only module that knows matplotlib. The plot lies on whatever is behind it, so its colours are
of the middle: read on white and on near black. Text stays text, and is put into the language
afterwards, since the libraries' own fonts have no Chinese.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from html import escape

from tests.benchmarks.outcome import Json
from tests.benchmarks.page_words import WORDS, Words

_INK = "#808080"
_LOOKS = {"exact": ("#c2703d", "o"), "chosen": ("#3d85c6", "s")}
"""Colour and mark, so that no eye needs the colour alone."""
_LABELS = {"exact": "exact-line", "chosen": "kb-line"}
_FONTS = "system-ui, sans-serif"


def draw(sizes: Sequence[Json], words: Words) -> str:
    """Milliseconds a query over the number of vectors, both axes logarithmic."""
    import matplotlib as mpl

    english = WORDS["en"].texts
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kb", "font.size": 11}):
        mpl.rc("font", **{"sans-serif": ["DejaVu Sans"]})
        mpl.rc("text", color=_INK)
        mpl.rc("axes", labelcolor=_INK, edgecolor=_INK)
        mpl.rc("xtick", color=_INK)
        mpl.rc("ytick", color=_INK)
        svg = _drawn(sizes)
    for name in ("vectors-axis", "time-axis", *_LABELS.values()):
        svg = svg.replace(f">{escape(english[name])}<", f">{escape(words.texts[name])}<")
    return svg.replace("'DejaVu Sans', sans-serif", _FONTS)


def digest(sizes: Sequence[Json]) -> str:
    """Of the figures: it stands in the file, so that a plot tells what it was drawn from."""
    return hashlib.sha256(json.dumps(sizes, sort_keys=True).encode()).hexdigest()[:16]


def _drawn(sizes: Sequence[Json]) -> str:
    from matplotlib.figure import Figure

    english = WORDS["en"].texts
    picture = Figure(figsize=(7, 4), layout="constrained")
    axes = picture.subplots()
    axes.set_xscale("log")
    axes.set_yscale("log")
    rows = [size["rows"] for size in sizes]
    for subject, (colour, mark) in _LOOKS.items():
        medians = [size[subject]["ms"]["median"] for size in sizes]
        axes.plot(
            rows, medians, color=colour, marker=mark, linewidth=2, label=english[_LABELS[subject]]
        )
    axes.set_xlabel(english["vectors-axis"])
    axes.set_ylabel(english["time-axis"])
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
        metadata={"Date": None, "Creator": None, "Description": digest(sizes)},
    )
    return target.getvalue()
