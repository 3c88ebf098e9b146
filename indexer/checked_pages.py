"""Connections to an SQLite file in which every page carries a checksum, verified when it is read.

SQLite trusts its disk: a byte that flipped inside a text, a vector or a list of postings changes
answers without a word, and its own checks look at the structure alone. Here eight bytes of each
page hold a sum over the rest of it, written and verified below SQLite by its Checksum VFS Shim
(https://sqlite.org/cksumvfs.html), so that a search pays for the pages that it reads and no damaged
page ever reaches it. Sums kept by ourselves were weighed and left: in columns they miss the trees,
the indexes and all of FTS5, and one over the whole file costs each search a tenth of a second at
1,500 documents and grows with them. Python's own ``sqlite3`` can load no such shim; ``apsw`` brings
it along, with an SQLite that is the same on every machine.

The only module that knows how a connection is made. It knows no schema and runs no query.
"""

from __future__ import annotations

from pathlib import Path

import apsw

_SHIM = "cksmvfs"
_RESERVED_BYTES = 8
"""At the end of each page; the shim verifies files that reserve just so many."""

_DAMAGED_READS = frozenset(
    {
        apsw.SQLITE_IOERR_DATA,  # the sum of a page is another one
        apsw.SQLITE_IOERR_READ,
        apsw.SQLITE_IOERR_SHORT_READ,
        apsw.SQLITE_IOERR_CORRUPTFS,
    }
)

Connection = apsw.Connection
Error = apsw.Error
SQLiteValue = int | float | bytes | str | None


def connect(path: Path, options: str, wait_seconds: float) -> Connection:
    """Open the file with the options of an SQLite URI (``mode=ro``). Raises Error.

    Whoever finds it locked waits that long. A file that is new gets checksums.
    """
    _load_shim()
    flags = apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    connection = Connection(f"{path.as_uri()}?{options}", flags=flags, vfs=_SHIM)
    connection.set_busy_timeout(round(wait_seconds * 1000))
    return connection


def add_sums(connection: Connection) -> None:
    """Let the pages of a file carry checksums; before anything is written to it."""
    connection.reserve_bytes("main", _RESERVED_BYTES)


def has_sums(connection: Connection) -> bool:
    """Whether the file's pages carry checksums. Read its first page before."""
    return connection.reserve_bytes("main") == _RESERVED_BYTES


def empty_log(connection: Connection) -> None:
    """Bring the write-ahead log into the file and cut it to nothing. Raises Error, at once if
    anyone is reading.
    """
    connection.set_busy_timeout(0)
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


def leave_log(connection: Connection) -> None:
    """Do not try to bring the log into the file when this connection closes: it may only read."""
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)


def is_damage(error: Error) -> bool:
    """Whether the error tells that the file is not as it was written, or not SQLite's."""
    if isinstance(error, apsw.IOError):
        return getattr(error, "extendedresult", 0) in _DAMAGED_READS
    return not isinstance(error, _REFUSALS)


def is_altered_page(error: Error) -> bool:
    """Whether the error tells that a page has not the sum that it was written with."""
    return getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_DATA


def is_lock(error: Error) -> bool:
    """Whether the error tells that another program holds the file."""
    return isinstance(error, apsw.BusyError | apsw.LockedError)


_REFUSALS = (
    *(apsw.ReadOnlyError, apsw.CantOpenError, apsw.FullError, apsw.PermissionsError),
    *(apsw.BusyError, apsw.LockedError, apsw.NoLFSError, apsw.IOError),
)
"""What the system may refuse although the file is whole."""


def _load_shim() -> None:
    """Put the shim over the file system; once, and it stays for the process."""
    if _SHIM in apsw.vfs_names():
        return
    # As apsw.sqlite_extra.load does it, without the modules that it imports to find the file.
    shim = Path(apsw.__file__).with_name("sqlite_extra_binaries") / "cksumvfs"
    loader = Connection(":memory:")
    loader.config(apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1)
    loader.load_extension(str(shim))  # SQLite adds the system's ending to the name
    loader.close()
