"""Words in FTS5: exact terms, positive scores, filters inside, nothing typed is syntax."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.index import Index
from indexer.lexical_index import LexicalIndex
from indexer.tokens import terms
from tests.opened import Opened

FILES = {
    "a.md": "# Rollback\n\nThe release had no date.\n",
    "b.md": "# Other\n\nrollback in the text, and once more: rollback\n",
    "c.md": "# Notes\n\nC++ and C#, node.js, HTTP_TIMEOUT=3, v2.14.1, e-mail, naïve café\n",
    "d.md": "# 上线\n\n上线延期三周。没有日期。\n",
    "sops/wallet/e.md": "# Path alone\n\nnothing else\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    for path, text in FILES.items():
        file = folder / "kb" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    Opened(folder, semantic=False).run()
    return folder


@pytest.fixture(scope="module")
def index(root: Path) -> Iterator[Index]:
    with Index.open_to_read(root) as opened:
        yield opened


@pytest.fixture(scope="module")
def words(index: Index) -> LexicalIndex:
    return index.words


def _paths(index: Index, query: str, allowed: frozenset[int] | None = None) -> list[str]:
    found = index.words.search_documents(terms(query), 10, allowed)
    assert all(scored.score > 0 for scored in found)
    documents = index.documents.documents([scored.id for scored in found])
    return [documents[scored.id].path for scored in found]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("rollback", ["a.md", "b.md"]),  # a title weighs more than twice the text
        ("rollbacks", ["a.md", "b.md"]),
        ("ROLLBACK", ["a.md", "b.md"]),
        ("HTTP_TIMEOUT", ["c.md"]),
        ("node.js", ["c.md"]),
        ("v2.14.1", ["c.md"]),
        ("延期", ["d.md"]),
        ("期", ["d.md"]),
        ("wallet", ["sops/wallet/e.md"]),
        ("unheard", []),
        ("", []),
    ],
)
def test_documents_of_a_query(index: Index, query: str, wanted: list[str]) -> None:
    assert _paths(index, query) == wanted


def test_the_filter_is_inside_the_search(index: Index) -> None:
    ids = {d.path: id_ for id_, d in index.documents.documents(index.documents.all_ids()).items()}
    assert _paths(index, "rollback", frozenset({ids["b.md"]})) == ["b.md"]
    assert _paths(index, "rollback", frozenset({ids["c.md"]})) == []
    assert _paths(index, "rollback", frozenset()) == []
    (best,) = index.words.search_documents(terms("rollback"), 1, frozenset({ids["b.md"]}))
    assert best.id == ids["b.md"]
    chunks = index.words.search_chunks(terms("rollback"), 10, frozenset({ids["b.md"]}))
    assert [c.document for c in index.documents.chunks([s.id for s in chunks]).values()] == [
        ids["b.md"]
    ]


def test_frequencies_count_documents(words: LexicalIndex) -> None:
    (rollback,) = terms("rollback")
    assert words.document_frequencies([rollback, "unheard"]) == {rollback: 2, "unheard": 0}
    assert words.document_count() == len(FILES)


def test_the_vocabulary_holds_words_as_written(words: LexicalIndex) -> None:
    vocabulary = words.vocabulary()
    assert vocabulary["rollback"] == 2
    assert vocabulary["release"] == 1
    assert "unheard" not in vocabulary
    assert not any(word for word in vocabulary if not word.isascii())


def test_bm25_is_that_of_the_book(tmp_path: Path) -> None:
    """One term once in the body of one of two documents of equal length: idf * 1."""
    (tmp_path / "kb").mkdir()
    for name, word in (("x", "alpha"), ("y", "beta"), ("z", "gamma"), ("w", "delta")):
        (tmp_path / "kb" / f"{name}.md").write_text(f"# {name}\n\n{word}\n")
    Opened(tmp_path, semantic=False).run()
    with Index.open_to_read(tmp_path) as index:
        (scored,) = index.words.search_chunks(terms("alpha"), 10, None)
    assert scored.score == pytest.approx(math.log((4 - 1 + 0.5) / (1 + 0.5)), rel=1e-6)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_any_term_is_a_term(words: LexicalIndex, typed: list[str]) -> None:
    """Whatever the terms hold, FTS5 takes them for words and never for syntax."""
    wanted = [term for text in typed for term in terms(text)]
    for term in wanted:
        found = {s.id for s in words.search_documents([term], 10, None)}
        assert found == words.documents_with_any([term])
        assert words.document_frequencies([term])[term] == len(found)
    if wanted:
        assert isinstance(words.chunks_with_all(wanted), list)


def test_commoner_terms_only_add_to_what_the_telling_ones_find(words: LexicalIndex) -> None:
    query = ["rollback", "date", "上线"]
    for search in (words.search_chunks, words.search_documents):
        every = {s.id: s.score for s in search(query, 10, None)}
        assert search(query, 10, None, query) == search(query, 10, None)
        found = {s.id: s.score for s in search(query, 10, None, ["date", "上线"])}
        alone = {s.id for s in search(["date", "上线"], 10, None)}
        assert set(found) == alone < set(every)
        assert found == {id_: every[id_] for id_ in alone}
