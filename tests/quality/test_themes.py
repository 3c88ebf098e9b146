"""Themes on a public collection of postmortems, if it lies beside the repository; and the page
that tells how good they are.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.quality.themes import CORPUS, measure, purity
from tests.quality.themes_page import FOLDERS, PAGE, load, page, write

_SLACK = 0.03
"""How far figures may lie from those on the page: another build of a library rounds otherwise."""


def test_the_pages_are_made_of_the_results() -> None:
    found = load()
    if os.environ.get("KB_REGENERATE"):
        write(found)
    for language, folder in FOLDERS.items():
        assert (folder / PAGE).read_text(encoding="utf-8") == page(found, language)


def test_purity_counts_the_most_frequent_judgement_of_each_group() -> None:
    assert purity(["a", "a", "a", "b"], ["x", "x", "y", "y"]) == 0.75
    assert purity(["a", "b"], ["x", "x"]) == 1.0


@pytest.fixture(scope="module")
def found(cache_dir: Path) -> dict[str, Any]:
    if not CORPUS.is_dir():
        pytest.skip("no postmortems at ../shared/corpora/dev/corpus/icco-postmortems")
    return measure(CORPUS, cache_dir)


@pytest.mark.slow
def test_themes_follow_causes_better_than_chance_and_k_means(found: dict[str, Any]) -> None:
    causes = found["judgements"]["cause"]
    assert causes["kb"]["purity"] >= 0.80
    assert causes["kb"]["nmi"] >= 0.58
    for other in ("chance", "k_means"):
        assert causes["kb"]["nmi"] > causes[other]["nmi"] + 0.05
        assert causes["kb"]["ari"] > causes[other]["ari"] + 0.02
    assert found["grouped"]["kb"] > 150, "most are in a theme"


@pytest.mark.slow
def test_themes_do_not_follow_companies(found: dict[str, Any]) -> None:
    companies = found["judgements"]["company"]
    assert companies["kb"]["ari"] < 0.2 < companies["without_projects"]["ari"]


@pytest.mark.slow
def test_one_document_more_or_less_reshuffles_nothing(found: dict[str, Any]) -> None:
    assert found["steadiness"]["pairs_kept"] > 0.95
    assert found["steadiness"]["pairs_kept_least"] > 0.7
    assert found["steadiness"]["names_kept"] > 0.95


@pytest.mark.slow
def test_the_page_tells_what_is_measured_now(found: dict[str, Any]) -> None:
    told = load()
    for judgement, scores in found["judgements"].items():
        for name, score in scores.items():
            assert score == pytest.approx(told["judgements"][judgement][name], abs=_SLACK, rel=0.05)
