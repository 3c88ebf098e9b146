"""A model hub on 127.0.0.1: what the hub's own library asks of one, and the ways one fails.

Serves folders under names; counts what was asked. Nothing leaves the machine.
"""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"


class LocalHub(ThreadingHTTPServer):
    """``models`` maps names to folders, ``revision`` is that of all; ``fault`` is how it behaves,
    none for well.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.models: dict[str, Path] = {}
        self.revision = REVISION
        self.fault = ""
        self.asked: list[str] = []
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class _Answers(BaseHTTPRequestHandler):
    server: LocalHub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        pass

    def _answer(self, *, body: bool) -> None:
        path = urlsplit(self.path).path
        self.server.asked.append(f"{self.command} {path}")
        if self.server.fault == "silent":
            self.server.over.wait()
        elif self.server.fault == "broken":
            self._send(503, b"out of order", body=body)
        elif path.startswith("/api/models/"):
            self._describe(path.removeprefix("/api/models/"))
        else:
            name, _, rest = path.strip("/").partition("/resolve/")
            self._give(name, rest.partition("/")[2], body=body)

    def _describe(self, name: str) -> None:
        folder = self.server.models.get(name)
        if self.server.fault == "private":
            self._send(401, b"{}", {"X-Error-Message": "Invalid username or password."})
        elif folder is None:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        else:
            files = sorted(p for p in folder.rglob("*") if p.is_file())
            siblings = [
                {"rfilename": p.relative_to(folder).as_posix(), "size": p.stat().st_size}
                for p in files
            ]
            described = {"id": name, "sha": self.server.revision, "siblings": siblings}
            self._send(200, json.dumps(described).encode())

    def _give(self, name: str, file: str, *, body: bool) -> None:
        place = self.server.models.get(name, Path("/nowhere")) / file
        if self.server.fault == "gated":
            self._send(403, b"", {"X-Error-Code": "GatedRepo"}, body=body)
        elif not place.is_file() or (self.server.fault == "lost" and _is_weights(place)):
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"}, body=body)
        else:
            content = place.read_bytes()
            etag = hashlib.sha256(content).hexdigest()
            more = {"ETag": f'"{etag}"', "X-Repo-Commit": self.server.revision}
            cut = self.server.fault == "cut" and _is_weights(place)
            self._send(200, content, more, body=body, cut=cut)

    def _send(
        self,
        status: int,
        content: bytes,
        more: dict[str, str] | None = None,
        *,
        body: bool = True,
        cut: bool = False,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = True


def _is_weights(file: Path) -> bool:
    return file.suffix == ".safetensors"
