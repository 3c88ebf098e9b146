"""The best passage: the right window, on one line, with spans that point at the words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.snippet import WIDTH, best_passage
from indexer.tokens import terms
from tests.reading.documents import any_text


def marked(text: str, weights: dict[str, float], width: int = WIDTH) -> tuple[str, int]:
    """The passage with brackets around what is highlighted, and its line."""
    passage = best_passage(text, weights, width)
    shown = passage.text
    for start, end in reversed(passage.highlights):
        shown = f"{shown[:start]}[{shown[start:end]}]{shown[end:]}"
    return shown, passage.line


@pytest.mark.parametrize(
    ("text", "weights", "shown", "line"),
    [
        ("The launch came late.", {"launch": 1.0}, "The [launch] came late.", 0),
        ("One\n\ntwo Launches\n", {"launch": 1.0}, "two [Launches]", 2),
        ("nothing of it\nhere", {"launch": 1.0}, "nothing of it here", 0),
        ("", {"launch": 1.0}, "", 0),
        ("订单系统上线延期", {"上线": 2.0, "上": 0.1, "线": 0.1}, "订单系统[上线]延期", 0),
        ("us-east-1 down", {"us-east-1": 2.0, "us": 1.0, "east": 1.0}, "[us-east-1] down", 0),
    ],
)
def test_short_texts(text: str, weights: dict[str, float], shown: str, line: int) -> None:
    assert marked(text, weights) == (shown, line)


def test_the_window_holds_the_most_weight_not_the_most_words() -> None:
    text = "launch launch launch launch\n" + "filler " * 30 + "\nrollback rehearsal\n"
    shown, line = marked(text, {"launch": 1.0, "rollback": 2.0, "rehears": 2.0}, 40)
    assert (shown, line) == ("[rollback] [rehearsal]", 2)


def test_the_window_starts_at_a_sentence_and_ends_at_a_word() -> None:
    text = "Much came before. The launch slipped because of many reasons that nobody wrote down."
    shown, _ = marked(text, {"slip": 1.0, "launch": 1.0}, 40)
    assert shown == "The [launch] [slipped] because of many"


def test_chinese_takes_two_columns() -> None:
    shown, _ = marked("发布" * 100, {"发布": 1.0}, 40)
    assert len(shown.replace("[", "").replace("]", "")) == 20


def test_a_very_long_line_is_not_shown_whole() -> None:
    text = "x" * 100_000 + " launch " + "y" * 100_000
    shown, line = marked(text, {"launch": 1.0})
    assert "[launch]" in shown
    assert (len(shown) <= WIDTH + 2, line) == (True, 0)


@given(any_text, st.integers(4, 300))
def test_laws_of_any_passage(text: str, width: int) -> None:
    found = list(dict.fromkeys(terms(text)))[::3]
    passage = best_passage(text, dict.fromkeys(found, 1.0), width)
    assert "\n" not in passage.text
    assert passage.text == " ".join(passage.text.split())
    assert 0 <= passage.line <= text.count("\n")
    assert passage.text in " ".join(text.split())
    last = -1
    for start, end in passage.highlights:
        assert last < start < end <= len(passage.text), "in order, apart, inside the passage"
        assert not passage.text[start].isspace()
        last = end


@given(any_text)
def test_the_line_is_where_the_first_highlight_stands(text: str) -> None:
    wanted = terms(text)[-1:]
    passage = best_passage(text, dict.fromkeys(wanted, 1.0))
    if passage.highlights:
        start, end = passage.highlights[0]
        line = " ".join(text.split("\n")[passage.line].split())
        assert passage.text[start:end] in line
