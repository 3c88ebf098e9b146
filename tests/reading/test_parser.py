"""Bytes -> Document: encodings, titles and types; whatever the bytes are, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cli.shapes import problem_line
from indexer.model import Severity
from indexer.parser import decode, parse_document
from tests.reading.documents import any_text, front_matter

TYPES = {"retros": "retro", "lessons": "lesson"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"plain", "plain"),
        (b"\xef\xbb\xbfmarked", "marked"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        ("上线".encode(), "上线"),
    ],
    ids=["plain", "mark of UTF-8", "line ends", "Chinese"],
)
def test_decode_without_problems(content: bytes, text: str) -> None:
    assert decode("a.md", content) == (text, [])


@pytest.mark.parametrize(
    ("content", "text", "line", "code", "said", "severity"),
    [
        (
            *("a\n宽".encode("utf-16"), "a\n宽", 1, "encoding"),
            *("written in UTF-16; save it as UTF-8", Severity.WARNING),
        ),
        (
            *(b"\xfe\xff" + "b".encode("utf-16-be"), "b", 1, "encoding"),
            *("written in UTF-16; save it as UTF-8", Severity.WARNING),
        ),
        (
            *(b"ab\ncd\n\xffef", "ab\ncd\n\ufffdef", 3, "encoding"),
            *("byte 6 is not valid UTF-8; save the file as UTF-8", Severity.ERROR),
        ),
        (
            *(b"\xef\xbb\xbfa\rb\r\n\xff", "a\nb\n\ufffd", 3, "encoding"),
            *("byte 8 is not valid UTF-8; save the file as UTF-8", Severity.ERROR),
        ),
        (b"a\r\rb\0c\0", "a\n\nb\ufffdc\ufffd", 3, "nul", "the text contains NUL", Severity.ERROR),
    ],
    ids=["UTF-16", "UTF-16 the other way", "bad byte", "bad byte among odd line ends", "NUL"],
)
def test_decode_with_a_problem(
    content: bytes, text: str, line: int, code: str, said: str, severity: Severity
) -> None:
    found, problems = decode("a.md", content)
    assert found == text
    assert [(p.line, p.code, p.severity) for p in problems] == [(line, code, severity)]
    assert said in problems[0].message


@given(st.one_of(st.binary(), st.binary().map(lambda b: b"\xff\xfe" + b)))
def test_decode_never_raises_and_gives_clean_text(content: bytes) -> None:
    text, _ = decode("a.md", content)
    assert "\r" not in text
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize(
    ("path", "content", "title"),
    [
        ("a.md", "---\ntitle: Given\n---\n# Heading", "Given"),
        ("a.md", "Before\n\n## *First* `heading`\n\n# Second", "First heading"),
        ("a.md", "#\n\n## Second", "Second"),
        ("retros/2026-03-20-member-centre_launch.md", "text", "member centre launch"),
        ("2026-03-20.md", "text", "2026 03 20"),
        ("retros/上线延期.md", "", "上线延期"),
        ("sops/release/index.md", "text", "release"),
        ("sops/release/README.md", "text", "release"),
        ("index.md", "text", "index"),
        ("-.md", "text", "-"),
        ("a.md", "# " + "long " * 100, ("long " * 40).strip()),
    ],
)
def test_title(path: str, content: str, title: str) -> None:
    assert parse_document(path, content.encode(), TYPES).metadata.title == title


@pytest.mark.parametrize(
    ("path", "content", "type_"),
    [
        ("retros/a.md", "text", "retro"),
        ("lessons/deep/a.md", "text", "lesson"),
        ("retros/a.md", "---\ntype: drill\n---\n", "drill"),
        ("other/a.md", "text", ""),
        ("retros.md", "text", ""),
    ],
)
def test_type(path: str, content: str, type_: str) -> None:
    assert parse_document(path, content.encode(), TYPES).metadata.type == type_


@pytest.mark.parametrize("content", ["", "\n \n", "---\ntitle: T\n---\n\n", "<b></b>"])
def test_a_document_without_text_is_a_warning(content: str) -> None:
    problems = parse_document("a.md", content.encode(), TYPES).problems
    assert [problem_line(p) for p in problems] == [
        "kb/a.md:1: warning: the document has no text [empty]"
    ]


def test_line_numbers_count_the_front_matter() -> None:
    document = parse_document("a.md", b"---\ntitle: T\n---\n\n# H\n\ntext\n", TYPES)
    assert [(s.start, [b.start for b in s.blocks]) for s in document.sections] == [(5, [7])]


@given(st.one_of(any_text, front_matter))
def test_no_text_makes_it_raise(text: str) -> None:
    document = parse_document("a.md", text.encode(errors="replace"), TYPES)
    assert document.metadata.title
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= problem.line <= lines for problem in document.problems)


@given(st.binary())
def test_no_bytes_make_it_raise(content: bytes) -> None:
    assert parse_document("a.md", content, TYPES).metadata.title


def test_each_cause_of_the_front_matter_is_found_by_itself() -> None:
    text = "---\ntitle: T\ncauses:\n- no  date\n- nobody asked\n- no date\n---\n# H\n\nBody.\n"
    document = parse_document("retros/a.md", text.encode(), {})
    *causes, body = document.sections
    assert [(s.headings, s.anchor, s.start, s.blocks[0].lines) for s in causes] == [
        (("causes",), "", 3, ("no date",)),
        (("causes",), "", 3, ("nobody asked",)),
    ]
    assert body.headings == ("H",)
    assert document.problems == ()


def test_causes_that_are_no_texts_are_told() -> None:
    text = "---\ncauses:\n- {a: b}\n---\n# H\n\nBody.\n"
    document = parse_document("retros/a.md", text.encode(), {})
    assert [(p.code, p.line, p.message) for p in document.problems] == [
        ("field", 2, "causes: must be a list of texts")
    ]
    assert len(document.sections) == 1
