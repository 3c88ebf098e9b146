"""A site on the loopback for the one who writes it, with pages that reload themselves.

Only this machine is served, and only under its own names, so that no page of another site can read
along. Each HTML page is given a script that asks for the next change and waits for it. Nothing is
cached. It builds nothing.
"""

from __future__ import annotations

import functools
import threading
import urllib.parse
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from indexer.errors import KbError
from indexer.message import say

HOST = "127.0.0.1"
_NAMES = {"127.0.0.1", "localhost", "[::1]"}
_WAITING_SECONDS = 25.0
"""An answer "nothing yet" after so long, so that no browser gives the connection up."""
_RELOAD = "/__kb/reload"
_SCRIPT_PATH = "/__kb/reload.js"
_SCRIPT = """\
"use strict";
(async () => {
  let epoch = null;
  for (;;) {
    try {
      const answer = await fetch(`%s?after=${epoch ?? ""}`, { cache: "no-store" });
      const now = await answer.text();
      if (epoch !== null && now !== epoch) location.reload();
      epoch = now;
    } catch {
      await new Promise((wake) => setTimeout(wake, 1000));
    }
  }
})();
"""
_TAG = f'<script src="{_SCRIPT_PATH}"></script></body>'.encode()


class SiteServer:
    """Serves one folder until it is left. A context manager."""

    def __init__(self, folder: Path, port: int) -> None:
        """``port`` 0 is any that is free. Raises KbError if it is taken."""
        self._epoch = 1
        self._changed = threading.Condition()
        self._ending = False
        handler = functools.partial(_Handler, directory=str(folder), site=self)
        try:
            self._server = _Server((HOST, port), handler)
        except OSError as error:
            raise KbError(
                say(
                    "port {port} cannot be served: {error}",
                    port=port,
                    error=error.strerror or error,
                ),
                say("name another one: kb serve --port 8001"),
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def url(self) -> str:
        """Where a browser finds the site."""
        return f"http://{HOST}:{self._server.server_port}/"

    def __enter__(self) -> SiteServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def reload(self) -> None:
        """Have every page that is open load itself anew."""
        with self._changed:
            self._epoch += 1
            self._changed.notify_all()

    def epoch_after(self, known: str) -> str:
        """Another epoch than the known one, or the same again after a while of waiting."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._ending or str(self._epoch) != known, _WAITING_SECONDS
            )
            return str(self._epoch)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away concerns nobody."""


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, site: SiteServer, **rest: Any) -> None:
        self._site = site
        super().__init__(*args, **rest)

    def do_GET(self) -> None:
        if not self._is_ours():
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        place, _, query = self.path.partition("?")
        if place == _RELOAD:
            known = urllib.parse.parse_qs(query).get("after", [""])[0]
            self._answer(self._site.epoch_after(known).encode("ascii"), "text/plain")
        elif place == _SCRIPT_PATH:
            self._answer((_SCRIPT % _RELOAD).encode(), "text/javascript")
        else:
            file = Path(self.translate_path(place))
            if place.endswith("/"):
                file = file / "index.html"
            if file.suffix == ".html" or not file.exists():
                self._page(file)
            else:
                super().do_GET()

    def do_HEAD(self) -> None:
        if self._is_ours():
            super().do_HEAD()
        else:
            self.send_error(HTTPStatus.FORBIDDEN)

    def _page(self, file: Path) -> None:
        """A page with the script in it; one that is not there is the site's own for that."""
        status = HTTPStatus.OK
        if not file.is_file():
            file, status = Path(self.directory, "404.html"), HTTPStatus.NOT_FOUND
        try:
            drawn = file.read_bytes()
        except OSError:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._answer(drawn.replace(b"</body>", _TAG), "text/html", status)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Nobody reads it."""

    def _is_ours(self) -> bool:
        """Whether it was asked for under a name of this machine, and by no page of another site."""
        asked = [self.headers.get("Host", "")]
        if "Origin" in self.headers:
            asked.append(self.headers["Origin"].partition("://")[2])
        return all(name.rsplit(":", 1)[0] in _NAMES for name in asked)

    def _answer(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
