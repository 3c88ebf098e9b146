"""Text wrapped into the columns of a terminal."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies

from indexer.cli.wrapping import wrapped
from indexer.columns import columns, padded


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("上线", 4), ("上线：ok", 8), ("e\u0301", 1), ("a\u200bb", 2), ("█░", 2)],
)
def test_width_counts_columns(text: str, width: int) -> None:
    assert columns(text) == width
    assert padded(text, 10) == text + " " * (10 - width)
    assert padded(text, 10, before=True) == " " * (10 - width) + text


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("words are kept whole", 10, ["words are", "kept whole"]),
        ("a  [default: 10]", 20, ["a  [default: 10]"]),
        ("上线延期三周", 8, ["上线延期", "三周"]),
        ("上线延期，三周", 8, ["上线延", "期，三周"]),  # no line begins with a comma
        ("延期（三周）", 6, ["延期", "（三", "周）"]),  # none ends with a bracket
        ("运行 kb index 即可", 11, ["运行 kb", "index 即可"]),
        ("a-very-long-word 短", 6, ["a-very-long-word", "短"]),
    ],
)
def test_lines_end_where_they_may(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@hypothesis.given(
    strategies.text(alphabet='ab 上线，。（）"', max_size=60), strategies.integers(8, 40)
)
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert columns(line) <= width or all(
            wrapped(piece, width) == [piece] for piece in line.split()
        )
