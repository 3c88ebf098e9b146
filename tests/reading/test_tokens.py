"""Text -> terms: what is folded, what is kept whole, what gives parts, and where each stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.tokens import comparable, fold, located_terms, stem, terms
from tests.reading.documents import any_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("… — !!", []),
        ("Launches were DELAYED", ["launch", "were", "delay"]),
        ("ＡＰＩ １２", ["api", "12"]),
        ("us-east-1", ["us-east-1", "us", "east", "1"]),
        ("getUserName", ["getusernam", "get", "user", "name"]),
        ("HTTPServer", ["httpserver", "http", "server"]),
        ("don't launch's", ["don", "launch"]),
        ("C++ C# v1.2", ["c++", "c#", "v1.2", "v", "1", "2"]),
        ("a@b.example", ["a@b.example", "a", "b", "exampl"]),
        ("上线", ["上", "上线", "线"]),
        ("上线API回滚", ["上", "上线", "线", "api", "回", "回滚", "滚"]),
        ("發佈", ["发", "发布", "布"]),
        ("カナ", ["カ", "カナ", "ナ"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(any_text)
def test_spans_point_at_what_the_term_was_made_from(text: str) -> None:
    last = 0
    for term, start, end in located_terms(text):
        assert 0 <= start < end <= len(text)
        assert start >= last, "starts do not go back"
        last = start
        made_from = text[start:end]
        assert not any(character.isspace() for character in term)
        assert term in {stem(fold(made_from)), *terms(made_from)}


@given(any_text, any_text)
def test_a_text_has_the_terms_of_its_lines(one: str, two: str) -> None:
    assert terms(f"{one}\n{two}") == terms(one) + terms(two)


@given(st.text(max_size=80))
def test_case_and_width_do_not_matter(text: str) -> None:
    ascii_only = "".join(character for character in text if character.isascii())
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in ascii_only.lower())
    assert [t for t in terms(wide) if t.isalnum()] == [
        t for t in terms(ascii_only.lower()) if t.isalnum()
    ] or any(c in "'._-+#/@:" for c in ascii_only)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("標籤", "标签"),
        ("ＡＰＩ", "api"),
        ("上线 延期", "上线　延期"),
        ("上线 延期", "上线延期"),
        ("Go  Live", "go live"),
        ("“上线”，延期。", '"上线",延期.'),
        ("e\u0301", "É"),
    ],
)
def test_comparable_texts(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), [("go live", "golive"), ("上线", "上"), ("a-b", "a b")])
def test_texts_that_differ(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_comparable_text_can_be_stored(text: str) -> None:
    comparable(text).encode()
