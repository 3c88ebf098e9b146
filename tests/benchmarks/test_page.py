from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import results
from tests.benchmarks.catalogue import CATALOGUE
from tests.benchmarks.page import FOLDERS, PAGE, PLOTS, figure, growth, page, two_digits, write
from tests.benchmarks.page_words import WORDS
from tests.benchmarks.plot import digest, draw


def _size(rows: int, exact: float, ours: float) -> dict[str, Any]:
    def spread(median: float) -> dict[str, float]:
        return {"median": median, "lower": median, "upper": median, "runs": 3}

    filters = {share: {"ms": spread(2 * ours), "recall_at_10": 0.999} for share in ("1%", "90%")}
    found = {"ms": spread(ours), "recall_at_10": 0.97, "memory_mb": 41.5, "filters": filters}
    return {
        "rows": rows,
        "exact": {"index": "Flat", "ms": spread(exact)},
        "chosen": {"index": "IVF", **found},
    }


SIZES = [_size(1000, 0.05, 0.05), _size(1_000_000, 95.0, 2.5)]


BUILDS = [
    {"documents": 250, "kb": {"median": 3.0, "lower": 2.9, "upper": 3.1, "runs": 3}}
    | {name: {"median": 2.0, "lower": 2.0, "upper": 2.0, "runs": 1} for name in ("bare", "nav")}
    | {"times_as_fast": 0.5},
    {"documents": 5000}
    | {name: {"median": 41.0, "lower": 41.0, "upper": 41.0, "runs": 1} for name in ("kb", "bare")},
]


@pytest.fixture
def grown() -> dict[str, Any]:
    """Results with nothing but growth."""
    measured = {"vector_scale": {"sizes": SIZES}, "site_build": {"sizes": BUILDS}}
    return results.load() | {"benchmarks": measured}


def test_pages_are_made_of_the_results() -> None:
    found = results.load()
    if os.environ.get("KB_REGENERATE"):
        write(found)
    for language, folder in FOLDERS.items():
        assert (folder / PAGE).read_text(encoding="utf-8") == page(found, language)


@pytest.mark.parametrize("benchmark", PLOTS)
def test_the_plots_were_drawn_from_the_results(benchmark: str) -> None:
    plotted = growth(results.load(), benchmark)
    for folder in FOLDERS.values():
        assert (folder / PLOTS[benchmark]).is_file() == (plotted is not None)
        if plotted:
            assert digest(plotted) in (folder / PLOTS[benchmark]).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", WORDS)
def test_what_was_not_measured_says_so(language: str) -> None:
    reason = "no judged queries: give --queries FILE and --qrels FILE"
    skipped = dict.fromkeys(CATALOGUE, reason)
    made = page(results.load() | {"benchmarks": {}, "skipped": skipped}, language)
    said = (
        WORDS[language].texts["skipped"].format(reason=WORDS[language].reasons.get(reason, reason))
    )
    assert made.count(said) == len(CATALOGUE) + 4  # and four tables of stages
    assert "{{" not in made
    assert ".svg" not in made


@pytest.mark.parametrize("language", WORDS)
def test_what_was_left_out_is_no_error(language: str) -> None:
    made = page(results.load() | {"benchmarks": {}, "skipped": {}}, language)
    assert made.count(WORDS[language].texts["not-measured"]) == len(CATALOGUE) + 4


@pytest.mark.parametrize("language", WORDS)
def test_growth_is_a_table_and_a_plot(language: str, grown: dict[str, Any]) -> None:
    made = page(grown, language)
    assert "| 1,000,000 | 95.0 | 2.50 | IVF | 0.970 | 41.5 |" in made
    assert "| 1% | 90% |" in made
    assert "| 1,000,000 | 5.00 (0.999) | 5.00 (0.999) |" in made
    assert "| 250 | 3.00 s (2.90–3.10) | 2.00 s | 2.00 s |" in made
    assert "| 5,000 | 41.0 s | 41.0 s |  |  |" in made
    for file in PLOTS.values():
        assert re.search(rf"!\[.{{30,}}\]\({file}\)", made)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("benchmark", PLOTS)
def test_a_plot_is_the_same_for_the_same_figures(
    benchmark: str, language: str, grown: dict[str, Any]
) -> None:
    plotted = growth(grown, benchmark)
    assert plotted
    drawn = draw(plotted, WORDS[language])
    assert drawn == draw(plotted, WORDS[language])
    assert digest(plotted) in drawn
    for name in plotted.names:
        assert f">{WORDS[language].texts[name]}<" in drawn
    assert ("1,000,000" if plotted.logarithmic else "5,000") in drawn
    assert not re.search(r"\d{4}-\d\d-\d\dT", drawn)
    assert not re.search("#(000000|ffffff)", drawn)  # one of them is lost on some background


def test_nothing_is_plotted_where_nothing_was_measured() -> None:
    nothing = results.load() | {"benchmarks": {}}
    assert not any(growth(nothing, benchmark) for benchmark in PLOTS)


def test_both_languages_have_the_same_words() -> None:
    english, chinese = WORDS["en"], WORDS["zh"]
    for field in ("texts", "cases", "baselines", "stages", "limits"):
        assert set(getattr(english, field)) == set(getattr(chinese, field))
    for name, text in english.texts.items():
        assert text.count("|") == chinese.texts[name].count("|"), name


def test_every_reason_to_skip_has_its_chinese() -> None:
    folder = Path(__file__).parent
    sources = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    reasons = set(re.findall(r'Skipped\(\s*"([^"]+)"', sources))
    assert reasons == set(WORDS["zh"].reasons)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.04321, "0.0432"),
        (0.5, "0.500"),
        (7.4, "7.40"),
        (9.788, "9.79"),
        (9.999, "10.0"),
        (12.345, "12.3"),
        (999.6, "1,000"),
        (1483.2, "1,480"),
        (0.00001, "0.0000100"),
    ],
)
def test_figures_have_three_digits(value: float, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1.23, "1.2"), (9.96, "10"), (87.2, "87"), (123.4, "120")]
)
def test_ratios_have_two_digits(value: float, shown: str) -> None:
    assert two_digits(value) == shown
