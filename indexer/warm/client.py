"""Asking the process that keeps the index warm, if there is one; no answer is no error.

Gone, hung, of another version or for another root: within a fifth of a second the caller knows that
it has to search by itself. This is all that a warm search loads, so it imports little.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from indexer.exchange import Request, Response
from indexer.warm import place
from indexer.warm.wire import (
    MAX_RESPONSE_BYTES,
    WireError,
    decode_response,
    encode_request,
)

SILENCE_SECONDS = 0.15
"""The other end says something more often than that, also while it works."""

PATIENCE_SECONDS = 5.0
"""Nobody works that long on an answer."""


def ask(path: Path, root: Path, request: Request) -> Response | None:
    """The response of whoever listens at ``path``; None if there is none to be had.

    Raises Untrusted if the socket may be another user's.
    """
    if not place.SUPPORTED or not place.check(path):
        return None
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(SILENCE_SECONDS)
            connection.connect(str(path))
            connection.sendall(encode_request(request, os.path.realpath(root)))
            return decode_response(_last_line(connection))
    except (OSError, WireError):
        return None


def _last_line(connection: socket.socket) -> bytes:
    """The first line that is not empty. Raises OSError in silence, WireError if too much comes."""
    received = bytearray()
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        part = connection.recv(1 << 16)
        if not part:
            raise WireError("the connection ended early")
        received += part.lstrip(b"\n") if not received else part
        if received.endswith(b"\n"):
            return bytes(received)
        if len(received) > MAX_RESPONSE_BYTES:
            raise WireError("too long")
    raise TimeoutError
