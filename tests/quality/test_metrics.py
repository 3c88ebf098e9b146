"""The metrics against values that were reckoned by hand; 1/log2(3) is 0.63093, 1/log2(4) 0.5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.metrics import Scores, mean, score


@pytest.mark.parametrize(
    ("judged", "ranked", "ndcg", "recall", "mrr"),
    [
        ({"a": 3}, ["a"], 1.0, 1.0, 1.0),
        ({"a": 3}, ["x", "a"], 0.63093, 1.0, 0.5),
        ({"a": 1}, ["x", "y", "a"], 0.5, 1.0, 1 / 3),
        ({"a": 3}, ["x", "y"], 0.0, 0.0, 0.0),
        ({"a": 3}, [], 0.0, 0.0, 0.0),
        ({}, ["a"], 0.0, 0.0, 0.0),
        # Gains 7 and 1: (1 + 7 * 0.63093) / (7 + 1 * 0.63093)
        ({"a": 3, "b": 1}, ["b", "a"], 0.70980, 1.0, 1.0),
        # Gains 7, 3, 1: (3 + 0 + 7 * 0.5) / (7 + 3 * 0.63093 + 1 * 0.5)
        ({"a": 3, "b": 2, "c": 1}, ["b", "x", "a"], 0.69202, 2 / 3, 1.0),
        ({"a": 1}, [*"0123456789", "a"], 0.0, 0.0, 0.0),  # rank 11 is too late
        ({"a": 1}, [*"012345678", "a"], 0.28906, 1.0, 0.1),  # 1 / log2(11)
    ],
)
def test_by_hand(
    judged: Mapping[str, int], ranked: Sequence[str], ndcg: float, recall: float, mrr: float
) -> None:
    scores = score(judged, ranked)
    assert scores.ndcg == pytest.approx(ndcg, abs=1e-5)
    assert scores.recall == pytest.approx(recall)
    assert scores.mrr == pytest.approx(mrr)


def test_more_judged_than_can_be_shown() -> None:
    """Recall is over the ten that could be there; the ideal is cut at ten too."""
    judged = {f"d{n}": 1 for n in range(25)}
    assert score(judged, [f"d{n}" for n in range(10)]) == Scores(1.0, 1.0, 1.0)
    assert score(judged, [f"d{n}" for n in range(5)]).recall == 0.5


def test_means() -> None:
    assert mean([]) == Scores(0.0, 0.0, 0.0)
    assert mean([Scores(1.0, 0.5, 0.25), Scores(0.0, 1.0, 0.75)]) == Scores(0.5, 0.75, 0.5)


@given(
    st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 3), min_size=1),
    st.permutations([*"abcdefghijklmnop"]),
)
def test_bounds_and_the_ideal(judged: dict[str, int], ranked: list[str]) -> None:
    scores = score(judged, ranked)
    assert 0 <= scores.ndcg <= 1 + 1e-9
    assert 0 <= scores.recall <= 1
    ideal = sorted(ranked, key=lambda d: -judged.get(d, 0))
    assert score(judged, ideal).ndcg == pytest.approx(1.0)
    assert score(judged, ideal).recall == 1.0
