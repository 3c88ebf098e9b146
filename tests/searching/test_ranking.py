"""The parts of ranking that no search of a small wiki shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking import fuse, telling_terms


def test_the_rarest_terms_are_taken_until_they_occur_often_enough() -> None:
    frequencies = {"the": 900, "release": 300, "rollback": 40, "wallet": 7, "absent": 0}
    assert telling_terms(frequencies, 40) == ["absent", "wallet", "rollback"]
    assert telling_terms(frequencies, 48) == ["absent", "wallet", "rollback", "release"]
    assert telling_terms(frequencies, 5000) == ["absent", "wallet", "rollback", "release", "the"]
    assert telling_terms({}, 10) == []


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50)), st.integers(1, 200))
def test_no_term_that_is_left_out_is_rarer_and_none_is_taken_in_vain(
    frequencies: dict[str, int], wanted: int
) -> None:
    taken = telling_terms(frequencies, wanted)
    left = set(frequencies) - set(taken)
    assert all(frequencies[a] <= frequencies[b] for a in taken for b in left)
    assert not left or sum(frequencies[t] for t in taken) >= wanted
    assert sum(frequencies[t] for t in taken[:-1]) < wanted


def _fused(successors: dict[int, tuple[str, ...]], limit: int = 9) -> list[int]:
    """Documents 1 to 5, the first the best, as they are ranked."""
    words = {id_: 1 / id_ for id_ in range(1, 6)}
    paths = {id_: f"{id_}.md" for id_ in words}
    return [id_ for id_, _ in fuse(words, {}, (), 0.0, paths, limit, successors)]


def test_a_successor_takes_the_place_of_what_it_replaced() -> None:
    assert _fused({}) == [1, 2, 3, 4, 5]
    assert _fused({2: ("4.md",)}) == [1, 4, 2, 3, 5]
    assert _fused({4: ("2.md",)}) == [1, 2, 3, 4, 5]
    assert _fused({1: ("3.md",), 3: ("5.md",)}) == [5, 3, 1, 2, 4]
    assert _fused({1: ("5.md", "4.md")}) == [4, 5, 1, 2, 3]
    assert _fused({1: ("gone.md",), 9: ("1.md",)}) == [1, 2, 3, 4, 5]


def test_a_smaller_limit_only_cuts() -> None:
    assert _fused({1: ("5.md",)}, limit=2) == [5, 1]


def test_a_circle_of_successors_loses_nobody() -> None:
    assert sorted(_fused({1: ("2.md",), 2: ("3.md",), 3: ("1.md",)})) == [1, 2, 3, 4, 5]


@given(st.dictionaries(st.integers(1, 5), st.lists(st.sampled_from(["1.md", "2.md", "5.md"]))))
def test_whatever_is_said_each_document_is_there_once(said: dict[int, list[str]]) -> None:
    assert sorted(_fused({old: tuple(new) for old, new in said.items()})) == [1, 2, 3, 4, 5]
