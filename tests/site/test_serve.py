"""``kb serve``: one process that watches, answers searches, builds and serves on the loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import subprocess
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from indexer.warm.place import socket_path
from tests.conftest import Kb, write_document
from tests.warm.conftest import SECONDS, until

NewWiki = Callable[..., Path]
FILES = {
    "retros/2026-03-20-launch.md": "# Launch slipped\n\nNo date.\n",
    "lessons/dates.md": "# A dependency needs a date\n\nAsk for it in writing.\n",
}


class Serving:
    """A running ``kb serve``."""

    def __init__(self, process: subprocess.Popen[str], temporary: Path) -> None:
        self.process = process
        self.temporary = temporary
        self.said: list[str] = []
        assert process.stdout
        self._thread = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        self._thread.start()

    def _read(self, lines: Iterator[str]) -> None:
        self.said.extend(lines)

    @property
    def port(self) -> int:
        until(lambda: self._address() or self.process.poll() is not None)
        found = self._address()
        assert found, "it ended before it served"
        return int(found[1])

    def _address(self) -> re.Match[str] | None:
        return re.search(r"http://127\.0\.0\.1:(\d+)/", "".join(self.said))

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


@pytest.fixture
def serve(
    kb_command: list[str], kb_environment: Mapping[str, str], tmp_path: Path
) -> Iterator[Callable[[Path], Serving]]:
    """``serve(root)`` begins to serve a wiki; the test's end ends it."""
    started: list[subprocess.Popen[str]] = []

    def begin(root: Path) -> Serving:
        temporary = tmp_path / "temporary"
        temporary.mkdir(exist_ok=True)
        process = subprocess.Popen(
            [*kb_command, "serve", "-p", "0"],
            cwd=root,
            env={**kb_environment, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        started.append(process)
        return Serving(process, temporary)

    yield begin
    for process in started:
        process.terminate()
        process.wait(SECONDS)
        for pipe in (process.stdout, process.stderr):
            assert pipe
            pipe.close()


def test_what_is_saved_is_in_the_open_page_without_a_click(
    new_wiki: NewWiki, serve: Callable[[Path], Serving], browser: Browser
) -> None:
    root = new_wiki(FILES)
    base = f"http://127.0.0.1:{serve(root).port}/"
    page = browser.new_page()
    with contextlib.closing(page):
        page.goto(base + "retros/2026-03-20-launch/")
        assert page.locator("article").inner_text().count("No date.") == 1
        write_document(
            root, "retros/2026-03-20-launch.md", "# Launch slipped\n\nNow there is one.\n"
        )
        page.get_by_text("Now there is one.").wait_for(timeout=SECONDS * 1000)
        write_document(root, "lessons/new.md", "# Rehearse the way back\n")
        page.goto(base + "lessons/")
        page.get_by_text("Rehearse the way back").first.wait_for(timeout=SECONDS * 1000)
        (root / "kb" / "lessons" / "dates.md").unlink()
        page.get_by_text("A dependency needs a date").first.wait_for(
            state="detached", timeout=SECONDS * 1000
        )


def test_settings_of_the_site_and_pictures_count_too(
    new_wiki: NewWiki, serve: Callable[[Path], Serving]
) -> None:
    root = new_wiki(FILES)
    serving = serve(root)
    assert "Team knowledge base" in serving.get("/")[1]
    configuration = root / "mkdocs.yml"
    configuration.write_text(
        configuration.read_text(encoding="utf-8").replace("Team knowledge base", "Other name"),
        encoding="utf-8",
    )
    until(lambda: "Other name" in serving.get("/")[1])
    write_document(root, "lessons/plan.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    until(lambda: serving.get("/lessons/plan.svg")[0] == 200)


def test_it_answers_searches_as_a_cold_one_does(
    new_wiki: NewWiki, serve: Callable[[Path], Serving], kb_in: Kb, cache_dir: Path
) -> None:
    root = new_wiki(FILES)
    assert kb_in(root, "index").returncode == 0
    cold = kb_in(root, "search", "date", "--json")
    assert serve(root).port
    until(socket_path(cache_dir, root).exists)
    warm = kb_in(root, "search", "date", "--json")
    assert json.loads(warm.stdout)
    assert warm.stdout == cold.stdout


def test_only_this_machine_is_served_and_no_page_of_another_site(
    new_wiki: NewWiki, serve: Callable[[Path], Serving]
) -> None:
    serving = serve(new_wiki(FILES))
    port = serving.port
    assert serving.get("/", Host=f"localhost:{port}")[0] == 200
    assert serving.get("/", Host=f"wiki.example.org:{port}")[0] == 403
    assert serving.get("/", Origin="https://example.org")[0] == 403
    assert serving.get("/", Origin=f"http://127.0.0.1:{port}")[0] == 200
    listening = [
        line.split()[1].partition(":")
        for line in Path("/proc/net/tcp").read_text().splitlines()
        if line.split()[3] == "0A"  # LISTEN, see proc(5)
    ]
    mine = [address for address, _, hex_port in listening if hex_port == f"{port:04X}"]
    assert mine == [socket.inet_aton("127.0.0.1")[::-1].hex().upper()]


@pytest.mark.parametrize(
    "path", ["/../mkdocs.yml", "/%2e%2e/mkdocs.yml", "//etc/passwd", "/..%2f..%2fetc/passwd"]
)
def test_no_path_leads_out_of_the_site(
    new_wiki: NewWiki, serve: Callable[[Path], Serving], path: str
) -> None:
    status, text = serve(new_wiki(FILES)).get(path)
    assert status == 404
    assert "site_name" not in text
    assert "root:" not in text


def test_a_page_that_is_not_there_is_the_sites_own(
    new_wiki: NewWiki, serve: Callable[[Path], Serving]
) -> None:
    status, text = serve(new_wiki(FILES)).get("/" + urllib.parse.quote("没有/"))
    assert status == 404
    assert "<title>" in text


def test_what_stands_in_its_way_is_said(
    new_wiki: NewWiki, serve: Callable[[Path], Serving], kb_in: Kb
) -> None:
    root = new_wiki(FILES)
    serving = serve(root)
    taken = kb_in(new_wiki(FILES), "serve", "-p", str(serving.port))
    assert taken.returncode == 2
    assert f"port {serving.port} cannot be served" in taken.stderr
    assert "kb serve --port 8001" in taken.stderr
    second = kb_in(root, "serve", "-p", "0")
    assert second.returncode == 2
    assert str(serving.process.pid) in second.stderr


def test_a_broken_document_is_told_and_the_site_stays(
    new_wiki: NewWiki, serve: Callable[[Path], Serving]
) -> None:
    root = new_wiki(FILES)
    serving = serve(root)
    assert serving.get("/")[0] == 200
    configuration = root / "mkdocs.yml"
    written = configuration.read_text(encoding="utf-8")
    configuration.write_text("site_name: [\n", encoding="utf-8")
    write_document(root, "lessons/dates.md", "# A date, and an owner\n")
    assert serving.process.poll() is None
    assert serving.get("/lessons/dates/")[0] == 200
    configuration.write_text(written, encoding="utf-8")
    until(lambda: "A date, and an owner" in serving.get("/lessons/dates/")[1])


def test_it_ends_cleanly(new_wiki: NewWiki, serve: Callable[[Path], Serving]) -> None:
    serving = serve(new_wiki(FILES))
    assert serving.get("/")[0] == 200
    serving.process.terminate()
    assert serving.process.wait(SECONDS) == 0
    assert "stopped" in "".join(serving.said) + _errors(serving)
    assert list(serving.temporary.iterdir()) == []


def _errors(serving: Serving) -> str:
    assert serving.process.stderr
    return serving.process.stderr.read()
