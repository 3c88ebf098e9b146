"""The parts of ranking that no search of a small wiki shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking import telling_terms


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
