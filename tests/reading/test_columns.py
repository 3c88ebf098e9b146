"""Columns of a text on a screen: wide characters, emoji, accents; and where it may be cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.columns import columns, continues, padded, shortened

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", 0),
        ("launch", 6),
        ("上线", 4),
        ("ＡＰＩ", 6),
        ("ｶﾅ", 2),
        ("。，「」", 8),
        ("e\u0301", 1),
        ("가", 2),
        ("𠮷", 2),
        ("😀", 2),
        (FAMILY, 2),
        ("👍🏽", 2),
        ("🇨🇳", 2),
        ("a\u200bb", 2),
    ],
)
def test_columns(text: str, wanted: int) -> None:
    assert columns(text) == wanted
    assert columns(f"x{text}x") == wanted + 2


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("上线延期", 8, "上线延期"),
        ("上线延期", 7, "上线延…"),
        ("上线延期", 6, "上线…"),
        ("上线", 1, "…"),
        ("上线", 0, ""),
        ("go live now", 9, "go live…"),
        (f"上{FAMILY}线", 5, f"上{FAMILY}…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_shortened(text: str, limit: int, wanted: str) -> None:
    assert shortened(text, limit) == wanted


@given(st.text(alphabet=st.one_of(st.sampled_from("上e\u0301👩\u200d🏽 "), st.characters())))
def test_what_is_shortened_fits_and_is_not_torn(text: str) -> None:
    whole = columns(text)
    for limit in range(1, whole + 2):
        short = shortened(text, limit)
        assert columns(short) <= limit
        assert columns(padded(short, limit)) == limit
        if short != text:
            kept = text[: len(short) - 1]
            assert short == kept + "…"
            assert not continues(text, len(kept))
