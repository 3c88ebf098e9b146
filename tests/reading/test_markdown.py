"""Markdown -> sections, plain text and anchors. The anchors' judge is in test_anchors.py."""

from __future__ import annotations

import pytest
from hypothesis import given

from indexer.markdown import parse, plain_text, slugify
from tests.reading.documents import any_text


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("no marks", "no marks"),
        ("a **b** _c_ ~~d~~ ***e***", "a b c d e"),
        ("snake_case_word and 2 * 3 * 4", "snake_case_word and 2 * 3 * 4"),
        ("`a_b*c*` and `` x ` y ``", "a_b*c* and x ` y"),
        ("`unclosed *still* emphasised", "`unclosed still emphasised"),
        ("[text](url) [ref][r] ![alt](a.png)", "text ref alt"),
        ("[paren](https://x.y/a_(b))", "paren"),
        ("[![badge](b.svg)](https://x.y)", "badge"),
        ("![shot](data:image/png;base64,iVBORw0KGgo=) seen", "shot seen"),
        ("<https://x.y> <b>bold</b> <!-- gone -->end", "https://x.y bold end"),
        ("a < b > c", "a < b > c"),
        ("R&amp;D &#20013; &copy; AT&T", "R&D 中 © AT&T"),
        ("&#" + "1" * 5000 + ";", "&#" + "1" * 5000 + ";"),
        ("\\*not\\* \\`code\\`", "*not* `code`"),
        ("said[^1] so[^note]", "said so"),
        ("[^1]: the note", "[^1]: the note"),
        ("<% template %>kept", "kept"),
        ("- [ ] task", "- [ ] task"),
    ],
)
def test_plain_text(line: str, plain: str) -> None:
    assert plain_text(line) == plain


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Launch delay", "launch-delay"),
        ("上线：延期（2026）", "上线延期2026"),
        ("a -- b", "a----b"),
        ("under_score", "under_score"),
        ("  Spaces \t collapse ", "spaces-collapse"),
        ("e\u0301", "é"),
        ("ＡＢ", "ａｂ"),
        ("list<int> of", "list-of"),
        ("a < b", "a--b"),
        ("!!!", ""),
    ],
)
def test_slugify(heading: str, slug: str) -> None:
    assert slugify(heading) == slug


def outline(text: str) -> list[tuple[tuple[str, ...], str, int]]:
    return [(section.headings, section.anchor, section.start) for section in parse(text)]


def test_headings_nest() -> None:
    text = "intro\n\n# A\n\n### B\n\n## C\n\ntext\n\n# D\n"
    assert outline(text) == [
        ((), "", 1),
        (("A",), "a", 3),
        (("A", "B"), "b", 5),
        (("A", "C"), "c", 7),
        (("D",), "d", 11),
    ]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("##no space", ["no space"]),
        ("## closed ##", ["closed"]),
        ("####### seven", ["# seven"]),
        ("Setext\n===", ["Setext"]),
        ("Setext\n---", ["Setext"]),
        ("two\nlines\n---", []),
        ("| a |\n---", []),
        ("```\n# code\n```\n# real", ["real"]),
        ("~~~ sh\n# code\n```\n# code\n~~~\n# real", ["real"]),
        ("````\n```\n# code\n````\n# real", ["real"]),
        ("```\n# no fence closes this", ["no fence closes this"]),
        ("<!--\n# hidden\n-->\n# real", ["real"]),
        ("<!-- # never closed\n# real", ["real"]),
        ("    # indented", []),
        ("# given {#id .class}", ["given"]),
        ("# a set {}", ["a set {}"]),
    ],
)
def test_what_is_a_heading(text: str, headings: list[str]) -> None:
    assert [section.headings[-1] for section in parse(text) if section.headings] == headings


@pytest.mark.parametrize(
    ("text", "anchors"),
    [
        ("# A\n# A\n# A", ["a", "a_1", "a_2"]),
        ("# A_1\n# A\n# A", ["a_1", "a", "a_2"]),
        ("# !\n# ?", ["_1", "_2"]),
        ("# A\n# B {#a}", ["a_1", "a"]),
        ("# A {#x}\n# B { #y .c }\n# C {: id=z}", ["x", "y", "z"]),
        ("# A {#x}\n# B {#x}", ["x", "x"]),
        ("# A{#x}", ["ax"]),
        ("# ![alt](a.png) B", ["b"]),
        ("# a_" + "9" * 5000 + "\n# a_" + "9" * 5000, None),
    ],
)
def test_anchors(text: str, anchors: list[str] | None) -> None:
    found = [section.anchor for section in parse(text)]
    assert len(set(found)) == len(found) or "#x" in text
    assert anchors is None or found == anchors


def test_blocks_keep_together_what_belongs_together() -> None:
    text = (
        "para one\nline two\n\n- item\n\n    more of it\n- item\n\n"
        "```\ncode\n\ncode\n```\n| a |\n|---|\n\n\nlast\n"
    )
    (section,) = parse(text, first_line=11)
    assert [(block.start, block.end, block.lines[0]) for block in section.blocks] == [
        (11, 12, "para one"),
        (14, 17, "- item"),
        (19, 23, "```"),
        (24, 25, "| a |"),
        (28, 28, "last"),
    ]


@given(any_text)
def test_sections_and_blocks_are_in_order_and_apart(text: str) -> None:
    lines = text.split("\n")
    last = 0
    for section in parse(text):
        assert last < section.start <= len(lines)
        assert bool(section.headings) == bool(section.anchor)
        last = section.start - (0 if section.headings else 1)
        for block in section.blocks:
            assert last < block.start <= block.end <= len(lines)
            last = block.end


@given(any_text)
def test_anchors_are_unique_unless_the_author_repeats_one(text: str) -> None:
    anchors = [section.anchor for section in parse(text.replace("{", "")) if section.anchor]
    assert len(set(anchors)) == len(anchors)


@given(any_text)
def test_lines_without_marks_are_left_alone(text: str) -> None:
    bare = "".join(character for character in text if character not in "`[<*_~\\&\n")
    assert plain_text(bare) == bare
