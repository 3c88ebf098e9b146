"""A misspelt word -> the word that was meant; what is right, rare or no word is left alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given

from indexer.spelling import correct
from indexer.tokens import stem
from tests.reading.documents import any_text

VOCABULARY = {
    "certificate": 30,
    "rollback": 20,
    "launch": 40,
    "lunch": 4,
    "release": 100,
    "relapse": 2,
    "milestone": 8,
}
ENGLISH = {"house", "weather", "relapse", "make"}


def corrected(text: str, vocabulary: Mapping[str, int] = VOCABULARY) -> str:
    frequencies = {stem(word): count for word, count in vocabulary.items()}
    return correct(text, lambda t: frequencies.get(t, 0), lambda: vocabulary, ENGLISH.__contains__)[
        0
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("certifcate", "certificate"),
        ("certificaet", "certificate"),
        ("certifciaet", "certificate"),
        ("rolback plan", "rollback plan"),
        ("launhc 延期", "launch 延期"),
        ("mielstone", "milestone"),
    ],
)
def test_slips_are_mended(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "certificates",  # known by its stem
        "launch",
        "houses",  # English, though unknown here
        "making",
        "relapse",  # a word of its own, though rarer than its neighbour
        "rolbakc",  # two slips in seven letters
        "Rolback",  # a name
        "tertificate-x",  # part of an identifier
        "Certifcate2",
        "LAUNHC",  # an acronym
        "us-esat-1",
        "上线",
        "",
    ],
)
def test_what_is_left_alone(typed: str) -> None:
    assert corrected(typed) == typed


def test_the_correction_is_told() -> None:
    text, corrections = correct(
        "certifcate expiry", lambda _: 0, lambda: VOCABULARY, "expiry".__eq__
    )
    assert text == "certificate expiry"
    assert [(c.typed, c.meant) for c in corrections] == [("certifcate", "certificate")]


def test_of_two_words_as_near_the_more_frequent_is_meant() -> None:
    assert corrected("mountan", {"mountain": 3, "mountant": 9}) == "mountant"
    assert corrected("mountan", {"mountain": 9, "mountant": 3}) == "mountain"


def test_a_rare_word_gives_way_only_to_a_much_more_frequent_one() -> None:
    assert corrected("releaze", {"releaze": 1, "release": 100}) == "release"
    assert corrected("releaze", {"releaze": 1, "release": 10}) == "releaze"


def test_the_vocabulary_is_asked_for_only_if_a_word_is_unknown() -> None:
    def forbidden() -> Mapping[str, int]:
        raise AssertionError("all words are known")

    assert correct("launch 上线 v2", lambda _: 9, forbidden, lambda _: False)[0] == "launch 上线 v2"


@given(any_text)
def test_no_text_makes_it_raise_and_only_plain_words_change(text: str) -> None:
    changed, corrections = correct(text, lambda _: 0, lambda: VOCABULARY, lambda _: False)
    assert bool(corrections) == (changed != text)
    assert all(c.meant in VOCABULARY and c.typed in text for c in corrections)
