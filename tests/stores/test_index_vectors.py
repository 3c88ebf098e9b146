"""The FAISS files follow SQLite: changed where it changed, built anew where that would not do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexer import vector_layout
from indexer.exchange import Mode
from indexer.vector_layout import Layout
from tests.opened import Opened

WORDS = ("launch", "rollback", "certificate", "wallet", "incident", "canary", "owner", "review")


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    (tmp_path / "kb").mkdir()
    return Opened(tmp_path)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists from eleven rows on."""
    monkeypatch.setattr(vector_layout, "FLAT_ROWS", 10)
    monkeypatch.setattr(vector_layout, "SAMPLE_PER_LIST", 1)


def _write(wiki: Opened, number: int, text: str = "") -> Path:
    """A document of one chunk."""
    file = wiki.root / "kb" / f"{number}.md"
    word, other = WORDS[number % len(WORDS)], WORDS[number * 3 % len(WORDS)]
    file.write_text(f"# {word} {number}\n\n{text or other} was late.\n", encoding="utf-8")
    return file


def _layout(wiki: Opened) -> tuple[Layout, int]:
    """Of the file that a search would read, which must be there; and how many rows it has."""
    with wiki.reading() as index:
        (store,) = index.vectors().values()
        rows = [id_ for id_, _ in index.embeddings.of_chunks(wiki.embedder.fingerprint)]
    first, *_ = wiki.embedder.embed_documents(["launch"])
    assert sorted(s.id for s in store.search(first, 10**6, None)) == rows
    return store.layout, len(store)


def _file(wiki: Opened) -> Path:
    return wiki.root / ".kb" / "vectors-0.faiss"


def test_a_change_is_brought_into_the_file(opened: Opened) -> None:
    for n in range(8):
        _write(opened, n)
    opened.run()
    assert _layout(opened) == (Layout(8), 8)
    _write(opened, 3, "Rehearse the way back; it")
    _write(opened, 4).unlink()
    _write(opened, 8)
    _write(opened, 9)
    opened.run()
    assert _layout(opened) == (Layout(8), 9)  # laid out for 8, so it was not built anew
    assert opened.paths("rehearse the way back", mode=Mode.SEMANTIC)[0] == "3.md"


@pytest.mark.usefixtures("few")
def test_lists_are_not_trained_again_for_one_document(opened: Opened) -> None:
    for n in range(20):
        _write(opened, n)
    opened.run()
    made = Layout(20, 8)
    assert _layout(opened) == (made, 20)
    for n in (3, 19, 20):
        _write(opened, n, "It")
        opened.run()
        assert _layout(opened)[0] == made
    _write(opened, 20).unlink()
    opened.run()
    assert _layout(opened) == (made, 20)


@pytest.mark.usefixtures("few")
def test_lists_are_made_anew_when_the_size_is_another(opened: Opened) -> None:
    for n in range(10):
        _write(opened, n)
    opened.run()
    assert _layout(opened) == (Layout(10), 10)
    _write(opened, 10)
    opened.run()
    assert _layout(opened) == (Layout(11, 8), 11)
    for n in range(11, 22):
        _write(opened, n)
    opened.run()
    assert _layout(opened) == (Layout(11, 8), 22)
    _write(opened, 22)
    opened.run()
    assert _layout(opened) == (Layout(23, 8), 23)
    for n in range(12):
        _write(opened, n).unlink()
    opened.run()
    assert _layout(opened) == (Layout(11, 8), 11)


@pytest.mark.usefixtures("few")
def test_lists_are_made_anew_when_all_rows_are_others(opened: Opened) -> None:
    for n in range(12):
        _write(opened, n)
    opened.run()
    opened.run(force=True)
    assert b'"laid_out_for": 12, "added": 12' in _file(opened).read_bytes()
    opened.run(force=True)
    assert b'"laid_out_for": 12, "added": 0' in _file(opened).read_bytes()
    assert _layout(opened) == (Layout(12, 8), 12)


@pytest.mark.parametrize("damage", ["missing", "flipped", "older"])
def test_a_file_that_is_no_use_is_made_anew(opened: Opened, damage: str) -> None:
    for n in range(4):
        _write(opened, n)
    _write(opened, 4, "Nothing else")
    opened.run()
    older = _file(opened).read_bytes()
    _write(opened, 5)
    opened.run()
    whole = _file(opened).read_bytes()
    if damage == "missing":
        _file(opened).unlink()
    else:
        flipped = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
        _file(opened).write_bytes(older if damage == "older" else flipped)
    assert opened.paths("nothing else", mode=Mode.SEMANTIC)[0] == "4.md"
    opened.run()
    assert _layout(opened) == (Layout(5 if damage == "older" else 6), 6)


def test_a_damaged_file_of_an_earlier_generation_is_made_anew(opened: Opened) -> None:
    for n in range(5):
        _write(opened, n)
    opened.run()
    whole = _file(opened).read_bytes()
    _file(opened).write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    _write(opened, 5)
    opened.run()
    assert _layout(opened) == (Layout(6), 6)


def test_the_file_of_an_index_that_was_thrown_away_is_never_believed(opened: Opened) -> None:
    """The new one counts generations and documents from one again."""
    _write(opened, 1)
    _write(opened, 2)
    opened.run()
    for file in (opened.root / ".kb").glob("index.db*"):
        file.unlink()
    _write(opened, 1, "Another")
    opened.run()
    found = opened.dump()["nearest"]
    _file(opened).unlink()
    assert found == opened.dump()["nearest"]


def test_an_id_is_never_used_again(opened: Opened) -> None:
    """The newest document goes and another comes: the old vector must not stand for it."""
    _write(opened, 1)
    newest = _write(opened, 2)
    opened.run()
    with opened.reading() as index:
        before = index.documents.all_ids()
    newest.unlink()
    opened.run()
    _write(opened, 3, "A canary")
    opened.run()
    with opened.reading() as index:
        assert max(index.documents.all_ids()) > max(before)
    assert opened.paths("canary", mode=Mode.SEMANTIC)[0] == "3.md"
    _layout(opened)


def test_an_index_that_was_put_back_does_not_believe_a_later_file(opened: Opened) -> None:
    _write(opened, 1)
    opened.run()
    kept = opened.root / "kept.db"
    shutil.copy(opened.root / ".kb" / "index.db", kept)
    _write(opened, 2)
    opened.run()
    shutil.copy(kept, opened.root / ".kb" / "index.db")
    assert _layout(opened) == (Layout(1), 1)


@pytest.mark.usefixtures("few")
def test_rows_come_in_batches_that_split_no_document(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vector of a chunk holds the mean of its document, so all its chunks are needed."""
    file = opened.root / "kb" / "long.md"
    text = "\n\n".join(f"## Part {n}\n\n{word} was late.\n" for n, word in enumerate(WORDS))
    file.write_text(f"# Long\n\n{text}", encoding="utf-8")
    for n in range(4):
        _write(opened, n)
    monkeypatch.setattr(vector_layout, "FLAT_ROWS", 100)
    opened.run()
    whole = opened.dump()["nearest"]
    monkeypatch.setattr("indexer.index_vectors._BATCH_ROWS", 3)
    _file(opened).unlink()
    opened.run()
    assert opened.dump()["nearest"] == whole
