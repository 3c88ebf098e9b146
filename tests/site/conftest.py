"""Sites as the command builds them, and a real browser that looks at them.

The browser is the system's chromium; without one the tests that need it are skipped and say so.
Nothing reaches the network: pages are served on the loopback.
"""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import Kb

ROOT = Path(__file__).parents[2]
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

Build = Callable[..., Path]


@pytest.fixture(scope="session")
def new_wiki(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A wiki with this repository's mkdocs.yml and theme: ``new_wiki({"retros/a.md": "# A"})``.

    Words only, unless ``model`` is "default"; ``settings`` replaces texts in mkdocs.yml.
    """

    def write(
        files: dict[str, str | bytes],
        *,
        model: str = "none",
        settings: dict[str, str] | None = None,
    ) -> Path:
        root = tmp_path_factory.mktemp("wiki")
        _lay_out(root, settings or {})
        if model != "default":
            (root / "site_config" / "kb.toml").write_text(f'[model]\nname = "{model}"\n')
        for path, content in files.items():
            place = root / "kb" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return write


def _lay_out(root: Path, settings: dict[str, str]) -> None:
    shutil.copytree(ROOT / "site_config", root / "site_config")
    written = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for old, new in settings.items():
        assert old in written
        written = written.replace(old, new)
    (root / "mkdocs.yml").write_text(written, encoding="utf-8")
    (root / "kb").mkdir()


@pytest.fixture(scope="session")
def build(kb_in: Kb) -> Build:
    """Build a wiki's site with the real command; the folder of the site."""

    def run(root: Path, *options: str) -> Path:
        done = kb_in(root, "build", *options)
        assert done.returncode == 0, done.stderr
        return root / "site"

    return run


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory, build: Build) -> Path:
    """The site of this repository's own documents, with meaning."""
    root = tmp_path_factory.mktemp("starter")
    shutil.copytree(ROOT / "kb", root / "kb")
    shutil.copytree(ROOT / "site_config", root / "site_config")
    shutil.copy(ROOT / "mkdocs.yml", root)
    return build(root)


# The browser


@dataclass
class Opened:
    """A page in the browser, and what happened in it that should not."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def go(self, url: str = "") -> Page:
        self.page.goto(self.base + url)
        return self.page

    def clean(self) -> bool:
        """Whether nothing went wrong and nobody else was asked."""
        assert self.errors == []
        assert self.foreign == []
        return True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("no chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--force-prefers-reduced-motion", "--lang=en"],
        )
        yield started
        started.close()


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Open a folder in the browser: ``look(site, width=390, color_scheme="dark")``."""
    ends: list[Callable[[], object]] = []

    def open_(site: Path, *, width: int = 1280, **options: Any) -> Opened:
        server = _serve(site)
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        ends.extend((context.close, server.shutdown, server.server_close))
        opened = Opened(context.new_page(), f"http://127.0.0.1:{server.server_port}/")
        watch(opened)
        return opened

    yield open_
    for end in ends:
        end()


def watch(opened: Opened) -> None:
    """Write down what goes wrong in the page."""

    def console(message: Any) -> None:
        if message.type in {"error", "warning"}:
            opened.errors.append(message.text)

    def request(asked: Any) -> None:
        if not asked.url.startswith((opened.base, "data:", "blob:")):
            opened.foreign.append(asked.url)

    opened.page.on("console", console)
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("request", request)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Nobody reads it."""


def _serve(folder: Path) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a picture of a page where ``KB_SCREENSHOTS`` says, if it does."""
    folder = os.environ.get("KB_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return take
