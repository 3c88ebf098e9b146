"""What ``kb watch`` notices by itself, and what it does where the system tells nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from indexer.file_events import FileEvents, network_kind
from tests.conftest import Kb, Wiki, write_document
from tests.warm.conftest import SECONDS, Watching, until

SELDOM = "3600"  # seconds: what comes in earlier came in because of an event
CHECKED_OUT = 5000
MANY = 40  # more than a search brings in by itself


@pytest.fixture
def root(wiki: Wiki) -> Path:
    return wiki({"a.md": "# Rollback\n\nRehearse the way back.\n"})


class Events:
    """The lines that a watcher with ``--json`` prints, as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[dict[str, list[str]]] = []
        self._thread = threading.Thread(target=self._read, args=(process,), daemon=True)
        self._thread.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(json.loads(line))

    def all(self, kind: str) -> list[str]:
        return [path for line in self.lines for path in line[kind]]


def _write_many(folder: Path) -> None:
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number}.md").write_text(f"# Alert {number}\n\nIt rang.\n", encoding="utf-8")


def test_folders_that_come_move_and_go_are_one_batch_each(
    root: Path, watching: Watching, tmp_path: Path
) -> None:
    with watching(root, "--json", interval=SELDOM) as process:
        events = Events(process)
        outside, inside, moved = tmp_path / "out", root / "kb" / "in", root / "kb" / "moved"
        _write_many(outside)
        outside.rename(inside)
        until(lambda: len(events.lines) == 2)
        assert events.lines[0]["added"] == ["a.md"]
        assert len(events.lines[1]["added"]) == MANY
        inside.rename(moved)
        until(lambda: len(events.lines) == 3)
        assert len(events.lines[2]["added"]) == len(events.lines[2]["removed"]) == MANY
        shutil.rmtree(moved)
        until(lambda: len(events.all("removed")) == 2 * MANY)


def test_files_written_one_after_the_other_are_few_batches(root: Path, watching: Watching) -> None:
    with watching(root, "--json", interval=SELDOM) as process:
        events = Events(process)
        until(lambda: events.lines)
        _write_many(root / "kb" / "many")
        until(lambda: len(events.all("added")) == MANY + 1)
        assert len(events.lines) < MANY / 2


def test_a_save_by_renaming_and_another_case_of_a_name_are_seen(
    root: Path, watching: Watching
) -> None:
    with watching(root, "--json", interval=SELDOM) as process:
        events = Events(process)
        until(lambda: events.lines)
        beside = write_document(root, ".a.md.swp", "# Rollback\n\nWith a date.\n")
        beside.rename(root / "kb" / "a.md")
        until(lambda: events.all("changed") == ["a.md"])
        (root / "kb" / "a.md").rename(root / "kb" / "A.md")
        until(lambda: "A.md" in events.all("added") and "a.md" in events.all("removed"))


def test_a_checkout_of_5000_files_is_one_batch(wiki: Wiki, watching: Watching) -> None:
    root = wiki({"a.md": "# Rollback\n"})
    git = ["git", "-C", str(root), "-c", "user.name=kb", "-c", "user.email=kb@example.org"]

    def run(*arguments: str) -> None:
        subprocess.run([*git, *arguments], check=True, capture_output=True)

    run("init", "-q", "-b", "main")
    run("add", ".")
    run("commit", "-qm", "one")
    run("checkout", "-qb", "many")
    for number in range(CHECKED_OUT):
        folder = root / "kb" / f"{number % 50}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.md").write_text(f"# Alert {number}\n\nIt rang.\n", encoding="utf-8")
    run("add", ".")
    run("commit", "-qm", "many")
    run("checkout", "-q", "main")
    with watching(root, "--json", interval=SELDOM) as process:
        events = Events(process)
        until(lambda: events.lines)
        run("checkout", "-q", "many")
        until(lambda: len(events.all("added")) == CHECKED_OUT + 1)
        run("checkout", "-q", "main")
        until(lambda: len(events.all("removed")) == CHECKED_OUT)
        assert [(len(line["added"]), len(line["removed"])) for line in events.lines] == [
            *((1, 0), (CHECKED_OUT, 0), (0, CHECKED_OUT)),
        ]


def test_a_git_that_was_killed_holds_nothing_up(root: Path) -> None:
    lock = root / ".git" / "index.lock"
    lock.parent.mkdir()
    lock.touch()
    os.utime(lock, (1, 1))
    with FileEvents(root / "kb") as events:
        write_document(root, "b.md", "# B\n")
        assert events.wait(SECONDS)


def test_rules_and_settings_are_watched_too(root: Path, watching: Watching) -> None:
    (root / "site_config").mkdir(exist_ok=True)
    with watching(root, "--json", interval=SELDOM) as process:
        events = Events(process)
        until(lambda: events.lines)
        (root / ".kbignore").write_text("kb/a.md\n", encoding="utf-8")
        until(lambda: events.all("removed") == ["a.md"])
        (root / ".kbignore").unlink()
        until(lambda: events.all("added") == ["a.md", "a.md"])
        settings = root / "site_config" / "kb.toml"
        settings.write_text(settings.read_text() + '[types]\nlessons = "note"\n', encoding="utf-8")
        until(lambda: events.all("changed") == ["a.md"])


def test_reading_is_no_event(root: Path) -> None:
    with FileEvents(root / "kb") as events:
        (root / "kb" / "a.md").read_bytes()
        list((root / "kb").iterdir())
        assert not events.wait(0.3)
        (root / "kb" / "a.md").write_bytes(b"# Other\n")
        assert events.wait(SECONDS)
        assert not events.wait(0.3)


@pytest.mark.parametrize(("limit", "value"), [("instances", "0"), ("watches", "1")])
def test_without_watches_files_are_compared_and_the_reason_is_told(
    root: Path, watching: Watching, kb: Kb, limit: str, value: str
) -> None:
    write_document(root, "folder/b.md", "# Wallet\n")
    with watching(root, before=_with_few(limit, value)) as process:
        _write_many(root / "kb" / "many")
        until(lambda: "not in the index" not in kb("search", "alert", cwd=root).stderr)
        process.terminate()
        _, told = process.communicate(timeout=SECONDS)
    assert "allows no more watches" in told
    assert "files are compared every 0.1 s" in told


def _with_few(limit: str, value: str) -> tuple[str, ...]:
    """What to put before a command that gets so few of inotify's, in a user namespace of its own:
    see user_namespaces(7) and /proc/sys/user in namespaces(7).
    """
    script = f'echo {value} > /proc/sys/user/max_inotify_{limit} && exec "$@"'
    before = ("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh")
    try:
        able = subprocess.run([*before, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        able = False
    if not able:
        pytest.skip("this system gives no user namespace in which inotify can be limited")
    return before


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/wiki/kb", "nfs4"),
        ("/srv/wiki-of-others", ""),
        ("/var", ""),
        ("/srv/wiki/kb/local", ""),
    ],
)
def test_the_file_system_is_that_of_the_innermost_mount(folder: str, kind: str) -> None:
    mounts = [
        "/dev/sda / ext4 rw 0 0",
        "server:/wiki /srv/wiki nfs4 rw 0 0",
        "/dev/sdb /srv/wiki/kb/local ext4 rw 0 0",
    ]
    assert network_kind(folder, (line.split() for line in mounts)) == kind


def test_a_folder_that_cannot_be_made_is_told(root: Path, kb: Kb) -> None:
    (root / ".kb").write_text("a file where the index should lie")
    done = kb("watch", cwd=root)
    assert done.returncode == 2
    assert "error:" in done.stderr
    assert ".kb" in done.stderr
    assert "Traceback" not in done.stderr
