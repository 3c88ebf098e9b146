"""What fuzzing found, each once more by itself; what took too long is a shape in ``growth``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer import front_matter
from indexer.errors import SettingsError
from indexer.markdown import parse
from indexer.parser import parse_document
from indexer.settings import FILE, load_settings
from indexer.tokens import comparable
from indexer.warm import wire
from tests.fuzzing.targets import response_line


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_the_line_of_a_problem_is_that_of_an_editor(end: str) -> None:
    """YAML also ends a line at signs where no editor does."""
    text = f"---\na: 1{end * 9}b\nc: [\n---\nbody\n"
    (problem,) = front_matter.split("a.md", text)[1]
    assert problem.line <= 4
    alias = front_matter.split("a.md", f"---\na: 'x{end}y'\nb: *c\n---\n")[1]
    assert [problem.line for problem in alias] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5_000,
        "a = " + "{a = " * 5_000,
        "[model]\nname = 0x" + "f" * 5_000,
        "[model]\nname = " + "9" * 5_000,
        "[types]\na = 0x" + "f" * 5_000,
        "[search]\nrefresh_limit = [" + "'x', " * 9_000 + "]",
        "a." * 30_000 + "b = 1",
        "# " + "x" * 70_000,
        "\ufeff[model]\n",
        "\0",
    ],
    ids=lambda text: text[:20],
)
def test_settings_that_no_person_writes(tmp_path: Path, text: str) -> None:
    file = tmp_path / FILE
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert len(error.value.message) < 1_000


def test_a_width_in_a_message_fills_no_memory() -> None:
    answer, freshness, hindrance = json.loads(response_line())
    freshness[-1] = ["{n:>2000000000}", {"n": "x"}]
    with pytest.raises(wire.WireError):
        wire.decode_response(json.dumps([answer, freshness, hindrance]).encode())


def test_a_fence_is_closed_by_one_that_is_as_long_and_of_its_kind() -> None:
    text = "````a\n# no\n```\n~~~~~\n# no\n`````\n# yes\n~~~\n# no\n```\n~~~~\n# too\n"
    headings = [section.headings for section in parse(text) if section.headings]
    assert headings == [("yes",), ("too",)]


def test_a_document_of_too_many_lines_is_read_in_part_and_said_to_be() -> None:
    document = parse_document("a.md", b"# First\n\n" + b"a\n" * 600_000 + b"# Last\n", {})
    (problem,) = document.problems
    assert (problem.line, problem.code) == (500_001, "too-large")
    assert problem.message == "the file has 600,004 lines; the first 500,000 are read; split it"
    assert [section.headings for section in document.sections] == [("First",)]
    assert document.sections[0].blocks[-1].end == 500_000


def test_what_is_comparable_stays_so() -> None:
    """A kana and its mark that only a line's end kept apart."""
    once = comparable("\uff76\n\uff9e")
    assert once == comparable(once) == "ガ"
