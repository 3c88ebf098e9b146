"""Sections -> chunks: laws over any document, and the choices that the laws leave open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.chunker import approximate_tokens, breadcrumb_of, chunk_document
from indexer.markdown import plain_text
from indexer.model import Chunk, Document
from indexer.parser import decode, parse_document
from tests.reading.documents import any_text

if TYPE_CHECKING:
    from indexer.model import CountTokens
    from indexer.protocols import GeneralEmbedder

_LIMITS = st.sampled_from([16, 48, 254])


def cut(text: str, limit: int = 254, count: CountTokens = approximate_tokens) -> Sequence[Chunk]:
    return chunk_document(document_of(text), limit, count)


def document_of(text: str) -> Document:
    return parse_document("notes/a.md", text.encode(errors="replace"), {})


def words_of(document: Document) -> str:
    """All words of the body in order, white space and headings left out."""
    blocks = [block for section in document.sections for block in section.blocks]
    return "".join("".join(line.split()) for block in blocks for line in block.lines)


def flat(text: str) -> str:
    return "".join(text.split())


@given(any_text, _LIMITS)
def test_every_word_of_the_body_is_in_exactly_one_chunk_in_order(text: str, limit: int) -> None:
    document = document_of(text)
    chunks = chunk_document(document, limit, approximate_tokens)
    body, words = flat("".join(chunk.text for chunk in chunks)), words_of(document)
    headings = [flat(section.headings[-1]) for section in document.sections if section.headings]
    if words and not headings:
        assert body == words
    rest = iter(body)
    assert all(character in rest for character in words), "a word is lost or moved"
    spare = sum(map(len, headings)) if document.sections else len(flat(document.metadata.title))
    assert len(body) <= len(words) + spare, "a word is said twice"


@given(any_text, _LIMITS)
def test_every_heading_is_in_a_breadcrumb_or_in_a_text(text: str, limit: int) -> None:
    document = document_of(text)
    chunks = chunk_document(document, limit, approximate_tokens)
    said = {part for chunk in chunks for part in chunk.breadcrumb}
    texts = flat("".join(chunk.text for chunk in chunks))
    for section in document.sections:
        for heading in section.headings[-1:]:
            assert heading in said or flat(heading) in texts


@given(any_text, _LIMITS)
def test_no_chunk_is_longer_than_the_limit(text: str, limit: int) -> None:
    chunks = cut(text, limit)
    assert chunks
    assert max(approximate_tokens([chunk.embedded_text for chunk in chunks])) <= limit


@settings(max_examples=40)
@given(any_text)
def test_no_chunk_is_longer_than_the_real_model_reads(embedder: GeneralEmbedder, text: str) -> None:
    chunks = cut(text, embedder.max_tokens, embedder.count_tokens)
    counts = embedder.count_tokens([chunk.embedded_text for chunk in chunks])
    assert max(counts) <= embedder.max_tokens


@pytest.mark.parametrize(
    "text",
    [
        "word " * 3000,
        "上线延期，订单系统回滚。" * 300,
        "supercalifragilistic" * 400,
        "# " + "heading " * 2000 + "\n\ntext",
        "---\ntitle: " + "title " * 150 + "\n---\n" + "# " + "h " * 90 + "\n\n" + "text " * 400,
        "\n".join("#" * n + " level " + "deep " * 30 for n in range(1, 7)) + "\n\ntext",
        "😀" * 5000,
        "| a | b |\n" * 2000,
    ],
    ids=["words", "Chinese", "one word", "heading", "title", "deep", "signs", "table"],
)
def test_long_texts_with_the_real_model(embedder: GeneralEmbedder, text: str) -> None:
    document = document_of(text)
    chunks = cut(text, embedder.max_tokens, embedder.count_tokens)
    counts = embedder.count_tokens([chunk.embedded_text for chunk in chunks])
    assert max(counts) <= embedder.max_tokens
    assert words_of(document) in flat("".join(chunk.text for chunk in chunks))


@given(any_text, _LIMITS)
def test_line_spans_are_true_to_the_file(text: str, limit: int) -> None:
    lines = decode("a.md", text.encode(errors="replace"))[0].split("\n")
    for chunk in cut(text, limit):
        assert 1 <= chunk.start <= chunk.end <= len(lines)
        shown = chunk.text.split("\n")
        assert len(shown) <= chunk.end - chunk.start + 1
        for number, line in enumerate(shown, start=chunk.start):
            # A line of a chunk is a line of the file, or a piece of it, without its markup.
            raw = lines[number - 1]
            known = (*raw.split(), *plain_text(raw).split(), *_of_heading(lines, number))
            assert all(any(word in whole for whole in known) for word in line.split())


def _of_heading(lines: Sequence[str], number: int) -> list[str]:
    """Words as they stand in a heading: without hashes, attributes and the title's stand-in."""
    bare = plain_text(lines[number - 1].strip().strip("#").strip())
    return [*bare.split(), "a", "".join(bare.split())]


def test_small_blocks_share_a_chunk_and_keep_their_lines() -> None:
    (chunk,) = cut("---\ntitle: T\n---\n\n# H\n\none\n\n\ntwo\nthree\n")
    assert chunk.breadcrumb == ("T", "H")
    assert (chunk.start, chunk.end, chunk.anchor) == (5, 11, "h")
    assert chunk.text == "\n\none\n\n\ntwo\nthree"
    assert chunk.embedded_text.startswith("T > H\n")


def test_blocks_stay_whole_where_they_fit() -> None:
    code = "```\n" + "run it now\n" * 10 + "```"
    chunks = cut(f"# H\n\n{'word ' * 20}\n\n{code}\n\n{'more ' * 20}\n", 48)
    assert [chunk.text.strip() for chunk in chunks] == [
        ("word " * 20).strip(),
        code,
        ("more " * 20).strip(),
    ]
    assert [(chunk.start, chunk.end) for chunk in chunks] == [(1, 3), (5, 16), (18, 18)]


def test_a_long_line_is_cut_between_sentences() -> None:
    sentence = "This one sentence has eight words, not nine. "
    chunks = cut(sentence * 12, 40)
    assert len(chunks) > 3
    assert all(chunk.text.endswith("nine.") for chunk in chunks)
    assert "".join(flat(chunk.text) for chunk in chunks) == flat(sentence * 12)
    assert {(chunk.start, chunk.end) for chunk in chunks} == {(1, 1)}


def test_a_long_chinese_line_is_cut_between_sentences() -> None:
    sentences = ["上线延期三天，回滚没有演练。", "版本v1.2.3的证书过期了！", "谁来决定？"] * 6
    chunks = cut("".join(sentences), 48)
    assert "".join(chunk.text for chunk in chunks) == "".join(sentences)
    assert {chunk.text[-1] for chunk in chunks} <= set("。！？")


def test_a_sentence_that_fills_less_than_half_does_not_end_a_chunk() -> None:
    chunks = cut("Short. " + "word " * 80, 40)
    assert chunks[0].text.startswith("Short. word word")
    assert approximate_tokens([chunks[0].text])[0] > 30


def test_a_heading_over_deeper_headings_is_no_chunk_of_its_own() -> None:
    chunks = cut("# A\n\n## B\n\ntext\n\n## C\n\n# D\n")
    assert [(c.breadcrumb, c.text.strip(), c.start) for c in chunks] == [
        (("A", "B"), "text", 3),
        (("A", "C"), "C", 7),
        (("A", "D"), "D", 9),
    ]


def test_a_heading_too_long_for_the_breadcrumb_is_text() -> None:
    heading = " ".join(f"word{n}" for n in range(60))
    chunks = cut(f"---\ntitle: T\n---\n# {heading}\n\n## B\n\ntext\n", 48)
    assert flat("".join(c.text for c in chunks if c.start == 4)) == flat(heading)
    assert chunks[-1].breadcrumb[0] == "T"
    assert (chunks[-1].breadcrumb[-1], chunks[-1].text.strip()) == ("B", "text")


def test_a_document_without_text_is_found_by_its_title() -> None:
    (chunk,) = cut("---\ntitle: Only a title\n---\n")
    assert (chunk.text, chunk.start, chunk.end) == ("Only a title", 1, 1)


def test_ten_thousand_sections_are_counted_in_few_calls() -> None:
    calls = 0

    def count(texts: Sequence[str]) -> list[int]:
        nonlocal calls
        calls += 1
        return approximate_tokens(texts)

    chunks = cut("# A\n\n" + "## B\n\ntext\n\n" * 10_000, count=count)
    assert len(chunks) == 10_000
    assert calls <= 10_002


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("one two", 2), ("configuration", 3), ("上线延期", 4), ("a上b", 3), ("😀", 1)],
)
def test_approximate_tokens(text: str, tokens: int) -> None:
    assert approximate_tokens([text]) == [tokens]


@given(st.text(), st.text())
def test_texts_put_together_have_no_more_tokens_than_apart(one: str, two: str) -> None:
    together, first, second = approximate_tokens([one + two, one, two])
    assert together <= first + second


@pytest.mark.parametrize(
    ("title", "headings", "trail"),
    [
        ("T", (), ("T",)),
        ("T", ("T", "A"), ("T", "A")),
        ("T", ("A", "A"), ("T", "A")),
        ("T", ("A", "T"), ("T", "A", "T")),
        ("T", ("", "A"), ("T", "A")),
    ],
)
def test_breadcrumb(title: str, headings: tuple[str, ...], trail: tuple[str, ...]) -> None:
    assert breadcrumb_of(title, headings) == trail
