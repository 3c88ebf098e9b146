"""The SQLite file: whole or refused, one writer's transaction or nothing of it."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from indexer import database
from indexer.document_store import DocumentStore
from indexer.errors import IndexMissing, IndexUnusable, IndexUnwritable
from indexer.index import Index
from tests.opened import Opened, of_another_version


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / ".kb" / "index.db"
    database.create(path).close()
    return path


def test_no_file_is_missing_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="there is no index yet"):
        database.open_existing(tmp_path / "index.db")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_has_the_schema_of_this_version(file: Path) -> None:
    connection = database.open_existing(file)
    version = connection.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert version == (database.SCHEMA_VERSION,)
    assert {"documents", "chunks", "vectors", "chunk_terms", "document_terms"} <= tables


def test_a_reader_cannot_write(file: Path) -> None:
    connection = database.open_existing(file)
    with pytest.raises(apsw.ReadOnlyError, match="readonly"):
        connection.execute("INSERT INTO meta VALUES ('a', 'b')")
    connection.close()


@pytest.mark.parametrize("version", [0, database.SCHEMA_VERSION + 1])
def test_another_version_is_refused(file: Path, version: int) -> None:
    of_another_version(file, version)
    for opening in (database.open_existing, database.create):
        with pytest.raises(IndexUnusable, match="another version of kb") as caught:
            opening(file)
        assert caught.value.hint == "run: kb index"


@pytest.mark.parametrize("content", [b"", b"not a database, but some longer text" * 40, b"SQLite"])
def test_a_foreign_file_is_refused(file: Path, content: bytes) -> None:
    for beside in file.parent.glob("index.db-*"):
        beside.unlink()
    file.write_bytes(content)
    with pytest.raises(IndexUnusable):
        database.open_existing(file)


def test_damage_is_found_and_the_index_made_anew(tmp_path: Path) -> None:
    """Any page of the file: what is answered after the repair is what was answered before."""
    (tmp_path / "kb").mkdir()
    for n in range(12):
        (tmp_path / "kb" / f"{n}.md").write_text(f"# Launch {n}\n\n" + f"rollback {n} " * 200)
    wiki = Opened(tmp_path)
    wiki.run()
    before = wiki.dump()
    file = tmp_path / ".kb" / "index.db"
    whole = file.read_bytes()
    replaced = 0
    for page in range(0, len(whole) // 4096, 3):
        damaged = bytearray(whole)
        damaged[page * 4096 : page * 4096 + 4096] = bytes([0xA5]) * 4096
        for beside in file.parent.glob("index.db-*"):
            beside.unlink()
        file.write_bytes(damaged)
        with Index.open_to_write(tmp_path, verify=True) as index:
            replaced += bool(index.replaced)
            assert index.documents.counts().documents in (0, 12)
        wiki.run()
        assert wiki.dump()["documents"] == before["documents"]
    assert replaced > 0
    wiki.run(force=True)
    assert wiki.dump() == before


def test_every_file_is_another_one(tmp_path: Path) -> None:
    """So that nothing that was made of one is taken for what was made of another."""
    found = set()
    for name in "ab":
        connection = database.create(tmp_path / name)
        found.add(DocumentStore(connection).state().identity)
        connection.close()
    assert (len(found), {len(identity) for identity in found}) == (2, {32})


def test_an_error_in_a_transaction_leaves_nothing(file: Path) -> None:
    connection = database.create(file)
    with pytest.raises(apsw.ConstraintError), database.transaction(connection):
        connection.executemany("INSERT INTO meta VALUES (?, 'b')", [("a",), ("c",), ("a",)])
    assert connection.execute("SELECT key FROM meta").fetchall() == [("identity",)]
    connection.close()


def test_a_reader_sees_the_old_state_until_the_writer_is_done(file: Path) -> None:
    writer, reader = database.create(file), database.open_existing(file)
    with database.transaction(writer):
        writer.execute("INSERT INTO meta VALUES ('a', 'b')")
        assert reader.execute("SELECT key FROM meta").fetchall() == [("identity",)]
    assert reader.execute("SELECT key FROM meta").fetchall() == [("a",), ("identity",)]
    writer.close()
    reader.close()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnwritable):
        database.create(tmp_path / "file" / "index.db")
    (tmp_path / "index.db").mkdir()
    with pytest.raises(IndexUnwritable):
        database.create(tmp_path / "index.db")
