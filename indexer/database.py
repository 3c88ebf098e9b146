"""The SQLite file: connection, schema, version. The only module that knows where tables come from.

WAL, so that searches read while an index run writes; one writer at a time. A file of another
schema version or one that SQLite finds damaged is refused with ``IndexUnusable``, never answered
from. It knows no queries but those about the file itself.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import IndexMissing, IndexUnusable, IndexUnwritable
from indexer.message import say
from indexer.private_folder import make_file
from indexer.tokens import comparable

SCHEMA_VERSION = 5
"""Raised with every change of the schema, the terms or the chunks; an older index is rebuilt."""

BUSY_SECONDS = 30.0

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('identity', lower(hex(randomblob(16))));

CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: chunks and vectors rely on it
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash BLOB NOT NULL,
    title TEXT NOT NULL, type TEXT NOT NULL, date TEXT, owner TEXT NOT NULL,
    project TEXT NOT NULL, status TEXT NOT NULL,
    embedded INTEGER NOT NULL  -- whether any of its chunks has a vector
);
CREATE TABLE tags (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, tag TEXT NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE TABLE problems (
    path TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL,
    message TEXT NOT NULL,  -- template and fields as JSON, to be said in the reader's language
    severity TEXT NOT NULL
);

CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,  -- holds the document's id (indexer.chunk_ids)
    headings TEXT NOT NULL, anchor TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    vector BLOB  -- hash of the embedded text in vectors, NULL if no model reads it
);

-- What was embedded once: kept while unused too, so that a branch and back costs nothing. A table
-- with rowids, for vectors are long: beside its key, each would fill pages of the key's tree.
CREATE TABLE vectors (
    hash BLOB NOT NULL, fingerprint TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (hash, fingerprint)
);

-- Names that mean the same (indexer.glossary) stand in one entry.
CREATE TABLE glossary (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, entry INTEGER NOT NULL, name TEXT NOT NULL
);
CREATE INDEX glossary_by_entry ON glossary (entry);

-- Columns hold terms (indexer.tokens) with spaces between, so any term is one token here.
CREATE VIRTUAL TABLE chunk_terms USING fts5 (
    title, headings, path, body,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
);
CREATE VIRTUAL TABLE document_terms USING fts5 (
    title, headings, path, body,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
);
CREATE VIRTUAL TABLE document_vocabulary USING fts5vocab (document_terms, row);

-- Latin words as written, not stemmed: what a misspelt word may have meant.
CREATE VIRTUAL TABLE document_words USING fts5 (
    words, detail = none, tokenize = "unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE word_vocabulary USING fts5vocab (document_words, row);
"""


def create(path: Path) -> sqlite3.Connection:
    """Open for reading and writing; a new file gets the schema.

    Raises IndexUnusable for a damaged file or another version, IndexUnwritable without permission.
    """
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        make_file(path)  # for its user alone; SQLite gives its files beside it the same rights
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    connection = _connect(path, f"{path.as_uri()}?mode=rwc")
    try:
        with translated(path):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                with transaction(connection):
                    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                        _create_schema(connection)
            _check_version(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def open_existing(path: Path) -> sqlite3.Connection:
    """Open for reading only. Raises IndexMissing if there is no file, IndexUnusable as above."""
    if not path.exists():
        raise IndexMissing(say("there is no index yet"), say("run: kb index"))
    for options in ("mode=ro", "mode=ro&immutable=1"):
        # A reader of a WAL file writes beside it; where it may not, the file cannot change.
        connection = _connect(path, f"{path.as_uri()}?{options}")
        try:
            with translated(path):
                _check_version(connection, path)
        except IndexUnwritable:
            connection.close()
            continue
        except BaseException:
            connection.close()
            raise
        return connection
    raise _unwritable(path, say("it cannot be opened for reading"))


def verify(connection: sqlite3.Connection, path: Path) -> None:
    """Read the whole file for damage; closes the connection and raises IndexUnusable if any."""
    try:
        with translated(path):
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise _damaged(path, found)
    except IndexUnusable:
        connection.close()
        raise


def discard(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it: all of it can be made again."""
    for suffix in ("", "-wal", "-shm"):
        try:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise
    connection.commit()


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours: damage is damage, a missing permission is a missing permission."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if any(
            word in said for word in ("readonly", "unable to open", "locked", "full", "disk I/O")
        ):
            raise _unwritable(path, said) from error
        raise _damaged(path, said) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


def _connect(path: Path, uri: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    except sqlite3.OperationalError as error:
        raise _unwritable(path, str(error)) from error
    connection.execute("PRAGMA trusted_schema = OFF")  # a file that others made calls nothing
    # SQLite's own lower() knows ASCII only.
    connection.create_function("comparable", 1, comparable, deterministic=True)
    return connection


def _create_schema(connection: sqlite3.Connection) -> None:
    statement = ""
    for line in _SCHEMA.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise IndexUnusable(
            say(
                "{file} was written by another version of kb ({found}, not {wanted})",
                file=_name(path),
                found=version,
                wanted=SCHEMA_VERSION,
            ),
            say("run: kb index"),
        )


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _damaged(path: Path, said: str) -> IndexUnusable:
    return IndexUnusable(
        say("{file} is damaged: {reason}", file=_name(path), reason=said), say("run: kb index")
    )


def _unwritable(path: Path, said: str) -> IndexUnwritable:
    return IndexUnwritable(
        say("{path}: {error}", path=path, error=said),
        say("check the permissions of the folder and the space on its disk"),
    )
