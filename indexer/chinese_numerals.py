"""Chinese numerals in a text -> digits: 十二 -> 12, 两 -> 2, 二〇二六 -> 2026. Pure.

Up to 99 by tens and units, or digit by digit as years are written; it reads no 百 and no 半.
"""

from __future__ import annotations

import re

_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": "0", "两": "2"}
_RUN = re.compile(rf"[{''.join(_DIGITS)}十]+")
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")


def with_digits(text: str) -> str:
    """The text with each run of numerals as a number; a run that is none stays."""
    return _RUN.sub(lambda run: _number(run[0]), text)


def _number(run: str) -> str:
    if "十" not in run:
        return "".join(_DIGITS[character] for character in run)
    tens = _TENS.fullmatch(run)
    return f"{_DIGITS[tens[1] or '一']}{_DIGITS[tens[2] or '〇']}" if tens else run
