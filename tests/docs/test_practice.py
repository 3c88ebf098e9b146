"""The manual's page about a retro, followed word for word in an empty folder.

Its commands are run by a shell in their order; what it shows to write goes into the document that
was begun last: fields into the front matter, sections in the place of the template's.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "kb" / "manual" / "practice.md"

_BLOCK = re.compile(r"^```(bash|markdown|yaml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^(## [^\n]+)\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@team.example",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@team.example",
}


class Follower:
    """Does in a folder what the page says; ``said`` is what each command printed."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.said: dict[str, str] = {}
        self._environment = environment

    def type_(self, commands: str) -> None:
        for command in filter(None, commands.splitlines()):
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                timeout=120,
            )
            assert done.returncode == 0, (command, done.stdout, done.stderr)
            assert "Traceback" not in done.stderr
            self.said[command] = done.stdout + done.stderr

    def write_sections(self, written: str) -> None:
        file = self._begun_last()
        text = file.read_text(encoding="utf-8")
        for match in _SECTION.finditer(written):
            heading = match[1]
            assert f"\n{heading}\n" in text, f"the template has no {heading}"
            text = "".join(
                f"{match[0].strip()}\n\n" if part.startswith(f"{heading}\n") else part
                for part in re.split(r"^(?=## )", text, flags=re.MULTILINE)
            )
        file.write_text(text, encoding="utf-8")

    def write_fields(self, written: str) -> None:
        file = self._begun_last()
        head, mark, body = file.read_text(encoding="utf-8").removeprefix("---\n").partition("---\n")
        keys = re.findall(r"^(\w+):", written, re.MULTILINE)
        kept = [line for line in head.splitlines() if line.partition(":")[0] not in keys]
        assert len(kept) < len(head.splitlines()), "the template has none of these fields"
        file.write_text("\n".join(["---", *kept, written + mark + body]), encoding="utf-8")

    def _begun_last(self) -> Path:
        status = subprocess.run(
            ["git", "status", "--porcelain", "-uall", "-z", "kb"],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        (new,) = [row[3:] for row in status.stdout.split("\0") if row.startswith("??")]
        return self.folder / new


@pytest.fixture(scope="module")
def followed(
    tmp_path_factory: pytest.TempPathFactory,
    kb_command: list[str],
    kb_environment: Mapping[str, str],
) -> Follower:
    if not shutil.which("bash") or not shutil.which("git"):
        pytest.skip("no bash or no git here")
    programs = tmp_path_factory.mktemp("bin")
    (programs / "kb").write_text(f'#!/bin/sh\nexec {shlex.join(kb_command)} "$@"\n')
    (programs / "kb").chmod(0o755)
    path = f"{programs}{os.pathsep}{kb_environment['PATH']}"
    folder = tmp_path_factory.mktemp("empty")
    follower = Follower(folder, {**kb_environment, **_IDENTITY, "PATH": path})
    does = {
        "bash": follower.type_,
        "markdown": follower.write_sections,
        "yaml": follower.write_fields,
    }
    blocks = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 12
    for kind, written in blocks:
        does[kind](written)
    return follower


def said_by(followed: Follower, beginning: str) -> str:
    return next(said for command, said in followed.said.items() if command.startswith(beginning))


def test_what_was_learned_before_stands_beside_a_new_retro(followed: Follower) -> None:
    assert "Past lessons and retros" in said_by(followed, "kb new retro")
    assert "kb/lessons/2025-05-20-rehearse-the-way-back.md" in said_by(followed, "kb similar")


def test_the_lesson_and_its_retro_lead_to_each_other(followed: Follower) -> None:
    (lesson,) = (followed.folder / "kb" / "lessons").glob("*-rehearse-an-import*.md")
    (retro,) = (followed.folder / "kb" / "retros").glob("*-search-was-slow*.md")
    assert retro.name in lesson.read_text(encoding="utf-8")
    assert lesson.name in retro.read_text(encoding="utf-8")


def test_its_actions_are_listed_and_ticked(followed: Follower) -> None:
    assert "search-was-slow" in said_by(followed, "kb actions --owner")
    (retro,) = (followed.folder / "kb" / "retros").glob("*-search-was-slow*.md")
    assert "- [x] tell support which jobs run at night" in retro.read_text(encoding="utf-8")
    assert "search-was-slow" in said_by(followed, "kb search")


def test_the_digest_and_the_site_have_it(followed: Follower) -> None:
    assert "Search was slow after the price import" in said_by(followed, "kb digest")
    site = followed.folder / "site"
    actions = (site / "open-actions" / "index.html").read_text(encoding="utf-8")
    assert "stop imports by themselves at 06:00" in actions
    assert "tell support which jobs run at night" not in actions


def test_every_document_is_committed(followed: Follower) -> None:
    log = subprocess.run(
        ["git", "log", "--format=%s"],
        cwd=followed.folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert log.stdout.splitlines()[::-1][:2] == [
        "Begin the wiki",
        "Retro: search was slow after the price import",
    ]
