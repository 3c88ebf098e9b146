"""Titles as a Chinese reader expects them to be sorted."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.collation import sort_key

SORTED = [
    "",
    "2 号机房",
    "10 号机房",
    "２０２６ 年计划",
    "API",
    "api 网关",
    "Café A",
    "cafe b",
    "launch 2",
    "Launch 10",
    "launchpad",
    "Übersicht",
    "ガイド",
    "배포",
    "《安全》规范",
    "备份",
    "长城项目",  # chang2, and zhang3 in 增长
    "重庆机房",  # chong2, and zhong4 in 重要
    "第 2 次复盘",
    "第 10 次复盘",
    "回滚",
    "绿色通道",  # lv4, after lu4
    "妈妈",
    "马",
    "上线",
    "上線延期",
    "上线之后",
    "银行",  # hang2
    "增长",
    "重要事项",
    "𡃁",
]


def test_the_order() -> None:
    shuffled = list(SORTED)
    random.Random(4).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == SORTED


@pytest.mark.parametrize(
    ("one", "other"),
    [("API", "ａｐｉ"), ("上線", "上线"), ("《上线》", "上线"), ("007", "7"), ("café", "CAFE")],
)
def test_what_does_not_count(one: str, other: str) -> None:
    assert sort_key(one)[0] == sort_key(other)[0]


@given(st.lists(st.text(alphabet="a1 上𠮷〇é，\u0301ｶﾞ", max_size=9), max_size=6))
def test_any_texts_have_one_order(texts: list[str]) -> None:
    distinct = set(texts)
    assert len({sort_key(text) for text in distinct}) == len(distinct)
    assert sorted(distinct, key=sort_key) == sorted(sorted(distinct), key=sort_key)


def test_a_long_number_is_compared_by_value() -> None:
    assert sort_key("1" * 6000) < sort_key("2" + "0" * 6000)
