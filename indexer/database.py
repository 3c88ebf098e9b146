"""The SQLite file: connection, schema, version. The only module that knows where tables come from.

WAL, so that searches read while an index run writes; one writer at a time. A file of another
schema version, or a page that is not as it was written (``indexer.checked_pages``), is refused with
``IndexUnusable``, never answered from. It knows no queries but those about the file itself.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from indexer import checked_pages
from indexer.checked_pages import Connection, Error, SQLiteValue
from indexer.errors import IndexBusy, IndexMissing, IndexUnusable, IndexUnwritable
from indexer.message import Message, say
from indexer.private_folder import make_file
from indexer.tokens import comparable

SCHEMA_VERSION = 7
"""Raised with every change of the schema, the terms or the chunks; an older index is rebuilt."""

BUSY_SECONDS = 30.0
"""How long another program may hold the file before that is an error."""
READ_BUSY_SECONDS = 5.0
"""The same where someone waits for an answer. Writers of ours never keep readers out."""

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('identity', lower(hex(randomblob(16))));

CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: chunks and vectors rely on it
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash BLOB NOT NULL,
    title TEXT NOT NULL, type TEXT NOT NULL, date TEXT, owner TEXT NOT NULL,
    project TEXT NOT NULL, status TEXT NOT NULL,
    embedded INTEGER NOT NULL,  -- whether any of its chunks has a vector
    due TEXT NOT NULL,  -- what falls due with it, as JSON; empty if nothing does
    succession TEXT NOT NULL,  -- what it says of that, as JSON; empty if nothing
    successors TEXT NOT NULL DEFAULT ''  -- paths of the documents in its place, as JSON
);
CREATE INDEX superseded ON documents (successors) WHERE successors <> '';
CREATE TABLE drafts (  -- read, and kept out by their own front matter
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash BLOB NOT NULL
) WITHOUT ROWID;
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


def create(path: Path, wait_seconds: float = BUSY_SECONDS) -> Connection:
    """Open for reading and writing; a new file gets the schema.

    Raises IndexUnusable for a damaged file or another version, IndexUnwritable without permission
    or if another program holds it for longer than ``wait_seconds``.
    """
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        make_file(path)  # for its user alone; SQLite gives its files beside it the same rights
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    with _opened(path, "mode=rwc", wait_seconds) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            checked_pages.add_sums(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        # A commit is on the disk before a vector file is made of it: never one of a later
        # generation than the database, whatever a power failure takes away.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            with transaction(connection):
                if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                    _create_schema(connection)
        _check_version(connection, path)
    return connection


def open_existing(path: Path) -> Connection:
    """Open for reading only. Raises IndexMissing if there is no file, IndexUnusable as above."""
    try:
        path.stat()
    except FileNotFoundError:
        raise IndexMissing(say("there is no index yet"), say("run: kb index")) from None
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    try:
        return _open_to_read(path, "mode=ro")
    except IndexBusy:
        raise
    except IndexUnwritable:
        # A reader of a WAL file writes beside it; where it may not, the file cannot change. But
        # then the log is left unread, and without it the file may be of no one moment.
        if _log_size(path):
            raise
    return _open_to_read(path, "mode=ro&immutable=1")


def _open_to_read(path: Path, options: str) -> Connection:
    with _opened(path, options, READ_BUSY_SECONDS) as connection:
        checked_pages.leave_log(connection)
        _check_version(connection, path)
    return connection


def verify(connection: Connection, path: Path) -> None:
    """Read every table for damage; closes the connection and raises IndexUnusable if any."""
    try:
        with translated(path):
            for found in structure_faults(connection):
                raise _damaged(path, found)
    except IndexUnusable:
        connection.close()
        raise


def structure_faults(connection: Connection) -> Iterator[Message]:
    """What SQLite finds wrong in its tables, one by one: so it leaves out the check of FTS5's own,
    which takes ten times as long and tells nothing that the sums of the pages do not.
    """
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    for (name,) in connection.execute(tables).fetchall():
        for (found,) in connection.execute(f'PRAGMA quick_check("{name}")'):
            if found != "ok":
                yield _fault(found)


def all_faults(connection: Connection) -> Iterator[Message]:
    """The same and FTS5's own check, and whether every index has every row: slow."""
    for (found,) in connection.execute("PRAGMA integrity_check"):
        if found != "ok":
            yield _fault(found)


def close(connection: Connection, *, wrote: bool) -> None:
    """End it; what was written goes from SQLite's log into the file, if nobody reads.

    What cannot go there now, on a full disk for example, is safe in the log.
    """
    if wrote:
        with contextlib.suppress(Error):
            checked_pages.empty_log(connection)
    with contextlib.suppress(Error):
        connection.close()


def set_aside(path: Path) -> Path:
    """Rename the file and what SQLite keeps beside it; where it is now."""
    aside = path.with_name(path.name + ".damaged")
    discard(aside)
    for suffix in ("-wal", "", "-shm"):
        try:
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error
    return aside


def discard(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it: all of it can be made again."""
    for suffix in ("", "-wal", "-shm"):
        try:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One write transaction: all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours: damage is damage, a missing permission is a missing permission."""
    try:
        yield
    except Error as error:
        said: str = str(error)
        if checked_pages.is_altered_page(error):
            said = say("a page is not as it was written")
        if checked_pages.is_lock(error):
            raise IndexBusy(
                say("{file} is in use by another program", file=_name(path)),
                say("end that program, or wait and try again"),
            ) from error
        if checked_pages.is_damage(error):
            raise _damaged(path, said) from error
        raise _unwritable(path, said) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, str(error)) from error


@contextlib.contextmanager
def _opened(path: Path, options: str, wait_seconds: float) -> Iterator[Connection]:
    """A connection, closed if the block that prepares it fails."""
    with translated(path):
        connection = checked_pages.connect(path, options, wait_seconds)
    try:
        with translated(path):
            # A file that others made calls nothing.
            connection.execute("PRAGMA trusted_schema = OFF")
            # SQLite's own lower() knows ASCII only.
            connection.create_scalar_function("comparable", _comparable, 1, deterministic=True)
            yield connection
    except BaseException:
        connection.close()
        raise


def _comparable(*values: SQLiteValue) -> SQLiteValue:
    return comparable(str(values[0]))


def _create_schema(connection: Connection) -> None:
    connection.execute(_SCHEMA)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _check_version(connection: Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").get
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
    if not checked_pages.has_sums(connection):
        raise _damaged(path, say("its pages carry no checksums"))


def _fault(found: str) -> Message:
    """A finding of SQLite's check; of a page that it could not read, the number."""
    unread = re.search(r"page (\d+): unable to get the page", found)
    if unread:
        return say("page {number} is not as it was written", number=int(unread[1]))
    return say("{finding}", finding=" ".join(found.split()))


def _log_size(path: Path) -> int:
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except OSError:
        return 0


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
