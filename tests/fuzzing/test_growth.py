"""Ten times the text takes about ten times the work, for every text that we could think of."""

from __future__ import annotations

import re

import pytest

from tests.fuzzing.growth import (
    LARGE,
    MADE,
    MOST_SECONDS_TIMES,
    MOST_STEPS_TIMES,
    NO_TIME,
    READERS,
    seconds,
    steps,
)
from tests.fuzzing.limit import TooLongError, cpu_limit

_LIMIT = 60.0
_SMALL = 5_000
_FEW_STEPS = 5_000  # what does not depend on the text, and a first line that fits into a chunk


@pytest.mark.parametrize("reader", READERS)
def test_steps_grow_with_the_text(reader: str) -> None:
    read = READERS[reader]
    grown = {}
    for name, make in MADE.items():
        one, ten = steps(read, make(_SMALL)), steps(read, make(10 * _SMALL))
        if ten > MOST_STEPS_TIMES * one + _FEW_STEPS:
            grown[name] = (one, ten)
    assert grown == {}


@pytest.mark.parametrize("reader", READERS)
def test_processor_time_grows_with_the_text(reader: str) -> None:
    read = READERS[reader]
    grown = {}
    for name, make in MADE.items():
        try:
            with cpu_limit(_LIMIT):
                ten = seconds(read, make(LARGE))
                one = seconds(read, make(LARGE // 10)) if ten >= NO_TIME else ten
        except TooLongError:
            grown[name] = (0.0, _LIMIT)
            continue
        if ten > MOST_SECONDS_TIMES * one:
            grown[name] = (one, ten)
    assert grown == {}


def test_quadratic_work_would_be_found() -> None:
    def in_python(text: str) -> None:
        for n in range(0, len(text), 100):
            for _ in text[n::100]:
                pass

    def in_c(text: str) -> None:
        re.search("a*b", text)

    text = "a" * _SMALL
    assert steps(in_python, 10 * text) > MOST_STEPS_TIMES * steps(in_python, text) + _FEW_STEPS
    assert seconds(in_c, "a" * (LARGE // 3)) > NO_TIME
