"""A file is written whole or not at all: beside it first, then in its place.

What was there keeps its permissions, and its owner where that is allowed. It knows no format and
follows no symbolic link that stands in the file's place.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from indexer.model import FileStamp


class FileChangedError(Exception):
    """The file is not the one that was read; nothing was written."""


def replace_file(
    file: Path, content: bytes, *, read: FileStamp | None = None, new: bool = False
) -> None:
    """Write the file; ``read`` is its stamp when the caller read what the content is made of.

    Raises OSError, and FileChangedError if it has another stamp by now, is a symbolic link, or is
    there although it should be ``new``.
    """
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:40]}-")
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        before = _status(file)
        if before is not None and (new or stat.S_ISLNK(before.st_mode)):
            raise FileChangedError
        if read is not None and (before is None or read != _stamp(before)):
            raise FileChangedError
        temporary.chmod(stat.S_IMODE(before.st_mode) if before else 0o644)
        if before and hasattr(os, "chown"):
            with contextlib.suppress(OSError):  # only the owner and root may
                os.chown(temporary, before.st_uid, before.st_gid)
        if new:
            _link(temporary, file)
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)


def _link(temporary: Path, file: Path) -> None:
    """Give the new file its name, which fails if somebody else took it since it was looked for.

    Where the file system has no hard links, the look was all there is.
    """
    try:
        os.link(temporary, file)
    except FileExistsError as error:
        raise FileChangedError from error
    except OSError:
        return


def _status(file: Path) -> os.stat_result | None:
    try:
        return file.lstat()
    except FileNotFoundError:
        return None


def _stamp(status: os.stat_result) -> FileStamp:
    return FileStamp(status.st_size, status.st_mtime_ns)
