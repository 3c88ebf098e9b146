"""The best passage: the right window, on one line, with spans that point at the words."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.columns import columns, continues
from indexer.query import parse_query
from indexer.snippet import WIDTH, Passage, best_passage, matches
from indexer.tokens import terms
from tests.reading.documents import any_text


def _best(text: str, weights: dict[str, float], width: int = WIDTH) -> Passage:
    return best_passage(text, matches(text, weights), weights, width)


def marked(text: str, weights: dict[str, float], width: int = WIDTH) -> tuple[str, int]:
    """The passage with brackets around what is highlighted, and its line."""
    passage = _best(text, weights, width)
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


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("上线延期", "訂單系統上線延期三週", "訂單系統[上線延期]三週"),
        ("上线 延期", "上线后又延期", "[上线]后又[延期]"),
        ("上线", "上午在线下开会，下午上线", "上午在线下开会，下午[上线]"),
        ("上线", "上午在线下开会", "[上]午在[线]下开会"),
        ("上线 launch", "上午在线下 launch", "上午在线下 [launch]"),
        ("系统的上线", "系统上线的过程", "[系统][上线]的过程".replace("][", "")),
        ("系统的上线", "旧系统的上午的统一", "旧[系统的]上午的统一"),
        ("昨天的上线", "的上午", "的[上]午"),
        ("为什么延期了", "了解延期的原因", "了解[延期]的原因"),
        ("锚", "锚点和锚", "[锚]点和[锚]"),
        ("锚 上线", "上线的锚在上面", "[上线]的[锚]在上面"),
        ("API网关", "ＡＰＩ　网关", "[ＡＰＩ] [网关]"),
        ("cafe\u0301", "the cafe\u0301 bar", "the [cafe\u0301] bar"),
        ("デプロイ 배포", "本番デプロイと배포", "本番[デプロイ]と[배포]"),
    ],
)
def test_what_is_highlighted(query: str, text: str, shown: str) -> None:
    weights = dict.fromkeys(parse_query(query).terms, 1.0)
    assert marked(text, weights)[0] == shown


@pytest.mark.parametrize(
    ("before", "start"),
    [
        ("前面说了很多很多很多很多很多很多。这是原因，", "这是原因，[上线]"),
        ("前面说了很多很多很多很多很多很多，", "[上线]"),
        ("前面说了很多很多很多很多很多很多。”）这是", "这是[上线]"),
        ("前面说了很多很多很多很多很多很多？！", "[上线]"),
        ("很多很多很多很多很多很多很多很多很多很多", "多很多很多[上线]"),
        ("很多很多很多很多很多e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", None),
        ("很多很多很多很多很多" + "👩‍👩‍👧" * 6, None),
    ],
)
def test_where_a_chinese_passage_starts(before: str, start: str | None) -> None:
    shown, _ = marked(before + "上线" + "之后继续说很多" * 20, {"上线": 1.0}, 40)
    if start is None:
        assert not continues(before, before.index(shown[: shown.index("[")]))
    else:
        assert shown.startswith(start)


def test_the_passage_holds_the_words_it_was_chosen_for() -> None:
    text = "无关的话" * 50 + "。" + "延期" + "某某" * 20 + "上线，" + "无关的话" * 50
    shown, _ = marked(text, {"延期": 1.0, "上线": 1.0}, 120)
    assert ("[延期]" in shown, "[上线]" in shown) == (True, True)


_SIGNS = ["上线", "上", "，", "。", "e\u0301", "👩\u200d👩\u200d👧", "👧🏽", " ", "\n"]


@given(st.lists(st.sampled_from(_SIGNS), max_size=120).map("".join), st.integers(4, 60))
def test_a_passage_cuts_no_character_and_fits(text: str, width: int) -> None:
    shown = _best(text, {"上线": 1.0, "e": 0.5}, width).text
    flat = " ".join(text.split())
    assert columns(shown) <= width
    fits = (
        not continues(flat, start) and not continues(flat, start + len(shown))
        for start in range(len(flat) + 1)
        if flat.startswith(shown, start)
    )
    assert any(fits)


@pytest.mark.parametrize("unit", ["上线延期，", "上下线", "很", "e\u0301", "的上", "launch "])
def test_the_cost_is_linear(unit: str) -> None:
    """Characters looked at, not seconds: a line four times as long takes four times the steps."""
    weights = dict.fromkeys(parse_query("上线延期 launch 的上线").terms, 1.0)
    one, four = (steps(unit * n, weights) for n in (500, 2_000))
    assert four < 5 * one


def steps(text: str, weights: dict[str, float]) -> int:
    """Lines of Python and calls that a passage takes."""
    count = 0

    def counted(*_: object) -> object:
        nonlocal count
        count += 1
        return counted

    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        _best(text, weights)
    finally:
        sys.settrace(None)
    return count


@given(any_text, st.integers(4, 300))
def test_laws_of_any_passage(text: str, width: int) -> None:
    found = list(dict.fromkeys(terms(text)))[::3]
    passage = _best(text, dict.fromkeys(found, 1.0), width)
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
    passage = _best(text, dict.fromkeys(wanted, 1.0))
    if passage.highlights:
        start, end = passage.highlights[0]
        line = " ".join(text.split("\n")[passage.line].split())
        assert passage.text[start:end] in line
