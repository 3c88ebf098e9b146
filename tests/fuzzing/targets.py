"""What is fuzzed: each target takes one input and fails on whatever must not happen.

An error of ours (``KbError``, ``WireError``) is an answer. Everything else that is raised is a bug,
and so is more than ``CPU_SECONDS`` of work on these small inputs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from indexer import front_matter, glossary
from indexer.checked_pages import Connection
from indexer.chunker import approximate_tokens, chunk_document
from indexer.cli.terminal import printable, printable_lines
from indexer.database import create
from indexer.dates import parse_date
from indexer.document_types import built_in_folders
from indexer.errors import KbError, QueryError, SettingsError
from indexer.excerpt import excerpt
from indexer.exchange import (
    Answer,
    Explanation,
    Filters,
    Hit,
    Request,
    Response,
)
from indexer.filter_sql import conditions
from indexer.freshness import Freshness
from indexer.message import NOTHING, from_json, say, to_json
from indexer.metadata import read_metadata
from indexer.model import Metadata, Problem, StoredChunk, StoredDocument
from indexer.parser import decode, parse_document
from indexer.query import contains_phrase, parse_query
from indexer.settings import FILE, load_settings
from indexer.snippet import best_passage, matches
from indexer.tokens import comparable, has_han, is_cjk, located_terms
from indexer.warm import wire
from tests.fuzzing import material

CPU_SECONDS = 20
"""Thousands of times what any of these inputs takes; processor time, so a busy machine is none."""

ROOT = "/wiki"
_TODAY = dt.date(2026, 3, 20)


@dataclass(frozen=True)
class Target:
    """``check`` fails on what must not happen; an input is a text, bytes, numbers or a tuple.

    ``raw`` makes one of any bytes: what coverage guides best.
    """

    name: str
    what: str
    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], None]
    raw: Callable[[bytes], Any] = bytes


def check_front_matter(text: str) -> None:
    text = text.replace("\0", "")
    matter, problems = front_matter.split("a.md", text)
    metadata, more = read_metadata("a.md", matter, "title", "type")
    assert text.endswith(matter.body)
    assert 1 <= matter.body_line <= text.count("\n") + 2
    _check_problems([*problems, *more], text)
    _check_metadata(metadata)


def check_document(content: bytes) -> None:
    document = parse_document("retros/a.md", content, built_in_folders())
    text, _ = decode("retros/a.md", content)
    count = text.count("\n") + 1
    _check_problems(document.problems, text)
    _check_metadata(document.metadata)
    last = 0
    for section in document.sections:
        assert last <= section.start <= count
        last = section.start
        for block in section.blocks:
            assert last <= block.start <= block.end <= count
            last = block.end
        with contextlib.suppress(KbError):
            excerpt(document, content, section.anchor)
    for anchor in ("", "x", "%ff%", "\ud800"):
        with contextlib.suppress(KbError):
            excerpt(document, content, anchor)


def check_chunks(given: tuple[bytes, int]) -> None:
    content, limit = given
    document = parse_document("a.md", content, {})
    chunks = chunk_document(document, limit, approximate_tokens)
    lines = decode("a.md", content)[0].count("\n") + 1
    for chunk in chunks:
        assert 1 <= chunk.start <= chunk.end <= lines
        cost = (
            approximate_tokens([chunk.text])[0]
            + approximate_tokens([" > ".join(chunk.breadcrumb)])[0]
        )
        assert cost <= max(limit, 2), (cost, limit)


def check_query(typed: str) -> None:
    try:
        query = parse_query(typed)
    except QueryError:
        return
    assert 0 < len(query.terms) <= 64
    for phrase in query.phrases:
        contains_phrase(typed, phrase)
    keys = glossary.candidates(query.text)
    entry_of = dict.fromkeys(list(keys)[::2], 0)
    for expansion in glossary.expansions(query.text, entry_of, {0: ["launch", "上线"]}):
        assert expansion.typed in query.text


def check_filters(given: tuple[str, tuple[str, ...]]) -> None:
    typed, words = given
    since = None
    for end in (False, True):
        with contextlib.suppress(QueryError):
            since = parse_date(typed, _TODAY, end=end)
    tests, values = conditions(Filters(words, words, words, words, words, since, since))
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    assert _database().execute(f"SELECT id FROM documents {where}", values).fetchall() == []


def check_snippet(given: tuple[str, str, int]) -> None:
    text, typed, width = given
    weights = {term: 1.0 + n for n, (term, _, _) in enumerate(located_terms(typed))}
    passage = best_passage(text, matches(text, weights), weights, width)
    assert "\n" not in passage.text
    position = 0
    for start, end in passage.highlights:
        assert position <= start <= end <= len(passage.text)
        position = end
    assert 0 <= passage.line <= text.count("\n")


def check_glossary(text: str) -> None:
    entries, problems = glossary.read_glossary(text)
    _check_problems(problems, text)
    keys = [name.key for name in glossary.names_of(entries)]
    assert len(keys) == len(set(keys))
    assert all(keys)


def check_settings(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, FILE)
        file.parent.mkdir()
        file.write_bytes(text.encode(errors="surrogatepass"))
        with contextlib.suppress(SettingsError):
            load_settings(Path(folder))


def check_tokens(text: str) -> None:
    for term, start, end in located_terms(text):
        assert term
        assert 0 <= start < end <= len(text)
        is_cjk(term)
    has_han(text)
    same = comparable(text)
    assert comparable(same) == same


def check_screen(text: str) -> None:
    assert printable(text).isprintable()
    assert all(c.isprintable() or c in "\n\t" for c in printable_lines(text))
    message = say("{path}: {inner}", path=text, inner=say("“{text}”", text=text))
    assert from_json(to_json(message)) == message


def check_request_line(line: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        request = wire.decode_request(line, ROOT)
        assert wire.decode_request(wire.encode_request(request, ROOT), ROOT) == request


def check_response_line(line: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        wire.encode_response(wire.decode_response(line))


def request_line() -> bytes:
    """One that is right."""
    filters = Filters(("retro",), ("a",), ("b",), ("c",), ("d",), _TODAY, _TODAY)
    return wire.encode_request(Request("launch", 10, filters), ROOT)


def response_line() -> bytes:
    """One that is right, with a hit."""
    metadata = Metadata("A", "retro", _TODAY, "b", "c", "d", ("e",))
    chunk = StoredChunk(1, 1, ("A",), "a", 1, 2, "text")
    why = Explanation(("text",), ("word",), 1.0, 1, 0.5, 1, 0.5, 0.5)
    hit = Hit(1, 0.5, StoredDocument(1, "a.md", metadata), chunk, "text", ((0, 4),), 1, why)
    freshness = Freshness(1, frozenset({"b.md"}), 0, say("{n} is {m}", n="x", m=say("y")))
    return wire.encode_response(Response(Answer((hit,), (), (), True), freshness, NOTHING))


def _text(content: bytes) -> str:
    return content.decode(errors="surrogateescape")


def _front_matter_text(content: bytes) -> str:
    return content.decode(errors="replace")


def _two_texts(content: bytes) -> tuple[str, str]:
    first, _, second = _text(content).partition("\n")
    return first, second


TARGETS = (
    Target(
        "front-matter",
        "YAML and TOML blocks, their fields",
        material.documents(),
        check_front_matter,
        _front_matter_text,
    ),
    Target(
        "markdown",
        "whole files: decoding, headings, blocks, excerpts",
        material.files(),
        check_document,
    ),
    Target(
        "chunker",
        "files cut for windows of 1 to 254 tokens",
        st.tuples(material.files(), st.integers(1, 254)),
        check_chunks,
        lambda content: (content[1:], content[0] % 254 + 1) if content else (b"", 1),
    ),
    Target(
        "query",
        "queries, and names of the glossary in them",
        material.query | material.any_text,
        check_query,
        _text,
    ),
    Target(
        "filters",
        "dates and words of filters, with SQLite",
        st.tuples(material.query, st.lists(material.any_text, max_size=2).map(tuple)),
        check_filters,
        lambda content: (_two_texts(content)[0], (_two_texts(content)[1],)),
    ),
    Target(
        "snippet",
        "passages and what is highlighted in them",
        st.tuples(material.markdown, material.query, st.integers(1, 300)),
        check_snippet,
        lambda content: (*_two_texts(content), len(content) % 300 + 1),
    ),
    Target("glossary", "tables of names", material.glossary, check_glossary, _text),
    Target("settings", "texts of kb.toml", material.settings, check_settings, _text),
    Target(
        "tokens",
        "terms and comparable texts",
        material.markdown | material.query | material.any_text,
        check_tokens,
        _text,
    ),
    Target(
        "screen",
        "what is made safe for a terminal, messages as JSON",
        material.markdown | material.any_text,
        check_screen,
        _text,
    ),
    Target(
        "socket-request",
        "lines that reach the watcher",
        material.lines(request_line()),
        check_request_line,
    ),
    Target(
        "socket-response",
        "lines that reach a search",
        material.lines(response_line()),
        check_response_line,
    ),
)


def _check_problems(problems: list[Problem] | tuple[Problem, ...], text: str) -> None:
    for problem in problems:
        assert 1 <= problem.line <= text.count("\n") + 1, problem
        assert from_json(to_json(problem.message)) == problem.message


def _check_metadata(metadata: Metadata) -> None:
    texts = [*metadata[:2], *metadata[3:6], *metadata.tags]
    for value in texts:
        assert isinstance(value, str)
        value.encode()  # SQLite takes no lone surrogate
        assert "\n" not in value


_connections: list[Connection] = []


def _database() -> Connection:
    if not _connections:
        _connections.append(create(Path(tempfile.mkdtemp()) / ".kb" / "index.db"))
    return _connections[0]
