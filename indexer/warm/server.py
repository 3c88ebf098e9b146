"""The process's end of the socket: requests in, responses of a warm wiki out.

Every connection has a thread that says now and then that the answer is being worked on; answers
are made one after the other by one thread, which alone has the index open. An error is never told:
whoever asked searches by itself and meets it there.
"""

from __future__ import annotations

import contextlib
import os
import socketserver
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from indexer import private_folder
from indexer.exchange import Request, Response
from indexer.warm import place, wire

HEARTBEAT_SECONDS = 0.05
_REQUEST_SECONDS = 1.0
_CLOSING_SECONDS = 5.0

Respond = Callable[[Request], Response]


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, root: Path, respond: Respond) -> None:
        self.root = os.path.realpath(root)
        self.respond = respond
        self.worker = ThreadPoolExecutor(1, "answers")
        super().__init__(str(path), _Connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks concerns nobody else."""


class _Connection(socketserver.StreamRequestHandler):
    server: _Server
    timeout = _REQUEST_SECONDS

    def handle(self) -> None:
        self.wfile.write(wire.STILL_WORKING)
        line = self.rfile.readline(wire.MAX_REQUEST_BYTES)
        try:
            request = wire.decode_request(line, self.server.root)
        except wire.WireError:
            self.wfile.write(wire.encode_refusal())
            return
        answering = self.server.worker.submit(self.server.respond, request)
        try:
            self.wfile.write(self._when_done(answering))
        except OSError:  # whoever asked has gone
            answering.cancel()

    def _when_done(self, answering: Future[Response]) -> bytes:
        while not wait([answering], HEARTBEAT_SECONDS).done:
            self.wfile.write(wire.STILL_WORKING)
        if answering.exception():  # the search that the other end then makes itself will tell it
            return wire.encode_refusal()
        return wire.encode_response(answering.result())


@contextlib.contextmanager
def serving(
    path: Path, root: Path, respond: Respond, warm_up: Callable[[], None], close: Callable[[], None]
) -> Iterator[None]:
    """Answer at ``path`` while the block runs.

    ``warm_up`` first, ``respond``, and ``close`` at last are called in one thread only.

    Raises Untrusted if the folder of the socket may be another user's, OSError if none can be made.
    The caller sees to it that no other process serves this root.
    """
    private_folder.make(path.parent)
    place.check_folder(path.parent, path.parent.lstat())
    path.unlink(missing_ok=True)  # of a process that was killed
    try:
        with _Server(path, root, respond) as server:
            path.chmod(0o600)
            thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
            server.worker.submit(warm_up)
            try:
                thread.start()
                yield
            finally:
                if thread.ident:  # else there is nobody to wait for
                    server.shutdown()
                    thread.join(_CLOSING_SECONDS)
                server.worker.submit(close)
                server.worker.shutdown()
    finally:
        path.unlink(missing_ok=True)
