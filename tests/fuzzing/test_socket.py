"""The socket, both ends, against bytes of any kind: what is no request is refused, and no harm."""

from __future__ import annotations

import json
import os
import random
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from indexer.exchange import Answer, Request, Response
from indexer.freshness import Freshness
from indexer.message import NOTHING
from indexer.warm import client, wire
from indexer.warm.place import socket_path
from indexer.warm.server import serving
from tests.conftest import Kb, Wiki
from tests.fuzzing import material
from tests.fuzzing.targets import request_line, response_line
from tests.warm.conftest import Watching
from tests.warm.conftest import watching as watching

SECONDS = 30.0
"""Longer than any of this takes; a connection that stays open longer hangs."""


def _exchange(path: Path, sent: bytes, *, close: bool) -> bytes:
    """Everything that the server says to these bytes; ``close`` tells it that no more will come."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(SECONDS)
        connection.connect(str(path))
        said = b""
        try:
            connection.sendall(sent)
            if close:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(1 << 16):
                said += part
        except (BrokenPipeError, ConnectionResetError):  # it had heard enough
            pass
        return said


def _lines(said: bytes) -> list[bytes]:
    return [line for line in said.split(b"\n") if line]


NASTY = [
    b"",
    b"\n",
    b"\0" * 1000 + b"\n",
    b"\xff\xfe\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"[" * 90_000 + b"\n",
    b'{"a":' * 15_000 + b"\n",
    b"9" * 50_000 + b"\n",
    b"x" * 99_999,
    b"x" * 300_000 + b"\n",
    request_line()[:40],
    request_line()[:-1],
    request_line() * 3,
    request_line().replace(b'"launch"', b'"\\ud800"'),
    request_line().replace(b"10", b"1e400"),
    request_line().replace(b"10", b"9" * 400),
    request_line().replace(b'"hybrid"', b'"__class__"'),
]


def test_the_real_server(watching: Watching, kb: Kb, wiki: Wiki, cache_dir: Path) -> None:
    root = wiki({"a.md": "# Launch\n\nThe launch had no date.\n"})
    cold = (kb("index", cwd=root), kb("search", "launch", "--json", cwd=root))[1].stdout
    chance = random.Random(7)
    valid = request_line().replace(b'"/wiki"', json.dumps(os.path.realpath(root)).encode())
    damaged = []
    for _ in range(300):
        line = bytearray(valid)
        for _ in range(chance.randrange(1, 6)):
            line[chance.randrange(len(line))] = chance.randrange(256)
        damaged.append(bytes(line[: chance.randrange(len(line) + 1)]) + b"\n" * chance.randrange(2))
    with watching(root) as process:
        path = socket_path(cache_dir, root)
        assert _lines(_exchange(path, valid, close=False))[-1] != b"null", "it answers"
        for sent in [*NASTY, *damaged]:
            said = _lines(_exchange(path, sent, close=True))
            assert len(said) <= 1, sent
            if said and said[0] != b"null":
                wire.decode_response(said[0])  # what was damaged was still a request
        assert process.poll() is None
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
            silent.connect(str(path))  # and says nothing, while others ask
            assert kb("search", "launch", "--json", cwd=root).stdout == cold
            assert _lines(_exchange(path, valid, close=False))[-1] != b"null"


def test_many_connections_that_say_nothing_keep_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "private" / "s.sock"
    with serving(path, tmp_path, _respond, lambda: None, lambda: None):
        silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(60)]
        for connection in silent:
            connection.connect(str(path))
        try:
            asked = _until_answered(path, tmp_path)
            assert asked.answer.semantic is False
        finally:
            for connection in silent:
                connection.close()


@hypothesis.settings(max_examples=60, deadline=None, derandomize=True, database=None)
@hypothesis.given(material.lines(response_line()), st.sampled_from([b"\n", b"", b"\n\n", b" \n"]))
def test_the_end_that_asks_takes_nothing_for_an_answer_but_an_answer(
    said: bytes, end: bytes
) -> None:

    with tempfile.TemporaryDirectory() as folder:
        with _saying(Path(folder), said.replace(b"\n", b"") + end) as path:
            answer = client.ask(path, Path(folder), Request("launch"))
        assert answer is None or isinstance(answer, Response)


def test_an_answer_without_an_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_RESPONSE_BYTES", 1_000_000)
    with _saying(tmp_path, b"x" * 2_000_000) as path:
        assert client.ask(path, tmp_path, Request("launch")) is None
    with _saying(tmp_path, b"\n" * 2_000_000) as path:
        assert client.ask(path, tmp_path, Request("launch")) is None


@contextmanager
def _saying(folder: Path, said: bytes) -> Iterator[Path]:
    """A listener that says this to the first who asks, and hangs up."""
    folder.chmod(0o700)
    path = folder / "s"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()

        def talk() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                try:
                    connection.sendall(said)
                except OSError:
                    return

        talking = threading.Thread(target=talk)
        talking.start()
        yield path
        talking.join(SECONDS)
        assert not talking.is_alive()
    path.unlink()


def _respond(request: Request) -> Response:
    return Response(Answer((), (), (), False), Freshness(), NOTHING)


def _until_answered(path: Path, root: Path) -> Response:
    """Ask again while a busy machine keeps the answer from coming in time."""
    end = time.monotonic() + SECONDS

    while (response := client.ask(path, root, Request("launch"))) is None:
        assert time.monotonic() < end
    return response
