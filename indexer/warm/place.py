"""The socket of a wiki: where it is, and whether it may be trusted.

It lies in a folder that only its user can enter, named by a digest of the wiki's root, so that
nothing in a cloned wiki says who is asked. A socket of another user is never asked. It neither
listens nor asks.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
from pathlib import Path

SUPPORTED = hasattr(socket, "AF_UNIX")
"""Windows gives Python no such sockets: every search is a cold one there."""

_LONGEST_PATH = 100
"""Bytes; a socket's name holds 104 on macOS and 108 on Linux, its end included."""


class Untrusted(Exception):
    """The socket, or the folder it lies in, is not this user's alone."""


def socket_path(cache: Path, root: Path) -> Path:
    """Below the cache folder, or below the temporary folder if that path is too long."""
    named = f"{os.uname().nodename}\0{os.path.realpath(root)}"  # a home may be shared by machines
    name = hashlib.sha256(named.encode(errors="surrogateescape")).hexdigest()[:16] + ".sock"
    path = cache.absolute() / "sockets" / name
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    import tempfile  # here: it is rarely needed and slow to import

    return Path(tempfile.gettempdir()) / f"kb-{os.getuid()}" / name


def check(path: Path) -> bool:
    """Whether a socket is there. Raises Untrusted if it, or its folder, may be another user's."""
    try:
        folder, status = path.parent.lstat(), path.lstat()
    except OSError:
        return False
    check_folder(path.parent, folder)
    if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.getuid():
        raise Untrusted(str(path))
    return True


def check_folder(path: Path, status: os.stat_result) -> None:
    """Raises Untrusted unless it is a folder that only this user may enter."""
    private = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
    if not private or status.st_uid != os.getuid():
        raise Untrusted(str(path))
