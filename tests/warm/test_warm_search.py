"""Searches while ``kb watch`` runs: the same answers, and none the worse when it is in trouble."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from indexer import app
from indexer.exchange import Request, Response
from indexer.warm import client, place
from indexer.warm.server import serving
from indexer.warm.warm_wiki import WarmWiki
from tests.conftest import Kb, Wiki, write_document
from tests.searching.test_imports import loaded_modules
from tests.warm.conftest import SECONDS, Watching, until

ROLLBACK = "# Rollback\n\nRehearse the way back before every release.\n"
WALLET = """---
owner: 测试负责人
date: 2026-03-20
---
# 钱包上线延期

服务商没有日期，上线延期三周。
"""

OLD = "---\nsuperseded_by: rollback\n---\n# Rollback of old\n\nThe way back, once.\n"
DRILL = "---\ndate: 2020-01-01\ndrill_every: 1 year\n---\n# Drill\n\nPractise the way back.\n"

QUESTIONS = (
    ("rollback",),
    ("practise going back", "--explain"),
    ("上线延期", "--json", "--explain"),
    ("rolback", "--json"),
    ("launch delay", "--mode", "semantic"),
    ("quantum chromodynamics", "--explain"),
    ("rollback", "--owner", "测试负责人"),
    ("钱包", "--since", "2026-01-01", "--paths"),
    ('"way back', "-n", "1"),
    ("--json", "way", "-back"),
)


@pytest.fixture
def root(wiki: Wiki, kb: Kb, embedder: object) -> Path:
    files = {"rollback.md": ROLLBACK, "retros/wallet.md": WALLET, "old.md": OLD, "drill.md": DRILL}
    root = wiki(files, model="default")
    assert kb("index", cwd=root).returncode == 0
    return root


def _said_by(process: subprocess.Popen[str]) -> str:
    """All that a watcher said, ended for that."""
    process.terminate()
    said, told = process.communicate(timeout=SECONDS)
    return said + told


def test_a_warm_answer_is_the_cold_one(
    kb: Kb, root: Path, watching: Watching, kb_environment: Mapping[str, str]
) -> None:
    cold = [kb("search", *question, cwd=root) for question in QUESTIONS]
    with watching(root):
        for question, before in zip(QUESTIONS, cold, strict=True):
            warm = kb("search", *question, cwd=root)
            assert warm.stdout == before.stdout, question
            assert warm.stderr == before.stderr, question
            assert warm.returncode == before.returncode, question
        loaded = loaded_modules(["search", "practise going back"], root, kb_environment)
        assert loaded.isdisjoint({"numpy", "faiss", "onnxruntime", "tokenizers", "apsw"})


def test_what_was_saved_moved_or_deleted_is_seen(kb: Kb, root: Path, watching: Watching) -> None:
    with watching(root):
        write_document(root, "new.md", "# Certificate\n\nThe gateway's certificate expired.\n")
        assert "new.md" in kb("search", "certificate", cwd=root).stdout
        (root / "kb" / "new.md").rename(root / "kb" / "moved.md")
        assert "moved.md" in kb("search", "certificate", cwd=root).stdout
        (root / "kb" / "moved.md").unlink()
        assert kb("search", "certificate", cwd=root).returncode == 1


def test_files_are_looked_at_whether_or_not_anybody_tells_of_them(
    root: Path, cache_dir: Path
) -> None:
    def found(text: str) -> list[str]:
        return [hit.document.path for hit in warm.respond(Request(text)).answer.hits]

    warm = WarmWiki(app.Wiki(root, cache_dir))
    assert found("rehearse the way back")[0] == "rollback.md"
    os.utime(root / "kb" / "rollback.md", ns=(1, 1))
    assert found("rehearse the way back")[0] == "rollback.md"
    write_document(root, "new.md", "# Certificate\n\nThe gateway's certificate expired.\n")
    assert found("certificate")[0] == "new.md"
    (root / "kb" / "rollback.md").unlink()
    assert "rollback.md" not in found("rehearse the way back")
    warm.close()


def test_many_files_come_in_by_themselves(kb: Kb, root: Path, watching: Watching) -> None:
    with watching(root):
        for number in range(30):  # more than a search brings in
            write_document(root, f"many/{number}.md", f"# Alert {number}\n\nThe alert rang.\n")
        until(lambda: "not in the index" not in kb("search", "alert", cwd=root).stderr)
        found = kb("search", "alert", "--paths", "-n", "40", cwd=root).stdout
        assert found.count("kb/many/") == 30


def test_an_index_made_by_another_process_is_taken(kb: Kb, root: Path, watching: Watching) -> None:
    with watching(root):
        assert kb("search", "certificate", cwd=root).returncode == 1
        write_document(root, "new.md", "# Certificate\n\nIt expired.\n")
        assert kb("index", "--force", cwd=root).returncode == 0
        assert "new.md" in kb("search", "certificate", cwd=root).stdout


def test_settings_are_obeyed_when_they_change(kb: Kb, root: Path, watching: Watching) -> None:
    with watching(root) as process:
        settings = root / "site_config" / "kb.toml"
        settings.parent.mkdir()
        settings.write_text('[types]\nretros = "story"\n', encoding="utf-8")
        until(lambda: kb("search", "钱包上线", "--type", "story", cwd=root).returncode == 0)
        settings.write_text("[index]\nno_such = 1\n", encoding="utf-8")
        wrong = kb("search", "rollback", cwd=root)
        assert (wrong.returncode, "no_such" in wrong.stderr) == (2, True)
        settings.unlink()
        until(lambda: kb("search", "钱包上线", cwd=root).returncode == 0)
        assert "no_such" in _said_by(process)


def test_an_error_is_told_as_without_it(kb: Kb, root: Path, watching: Watching) -> None:
    cold = kb("search", "-rollback", cwd=root)
    with watching(root):
        warm = kb("search", "-rollback", cwd=root)
        assert (warm.returncode, warm.stderr) == (cold.returncode, cold.stderr)
    assert cold.returncode == 2


def test_a_second_watcher_is_refused_and_told_of_the_first(
    kb: Kb, root: Path, watching: Watching
) -> None:
    with watching(root) as process:
        second = kb("watch", cwd=root)
        assert second.returncode == 2
        assert f"process {process.pid} watches" in second.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(
    kb: Kb, root: Path, watching: Watching, cache_dir: Path, number: signal.Signals
) -> None:
    with watching(root) as process:
        assert stat.S_IMODE(place.socket_path(cache_dir, root).parent.stat().st_mode) == 0o700
        process.send_signal(number)
        _, told = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in told
    assert told.endswith("stopped\n")
    assert not place.socket_path(cache_dir, root).exists()
    assert kb("search", "rollback", cwd=root).returncode == 0


def test_a_watcher_that_was_killed_or_hangs_is_done_without(
    kb: Kb, root: Path, watching: Watching, cache_dir: Path
) -> None:
    cold = kb("search", "rollback", cwd=root)
    with watching(root) as process:
        process.send_signal(signal.SIGSTOP)
        assert kb("search", "rollback", cwd=root).stdout == cold.stdout
        process.kill()
        process.wait(SECONDS)
        assert place.socket_path(cache_dir, root).exists()  # nobody could take it away
        assert kb("search", "rollback", cwd=root).stdout == cold.stdout
    with watching(root):  # and the next one takes its place
        assert kb("search", "rollback", cwd=root).stdout == cold.stdout


def test_where_no_socket_can_be_private_files_are_watched_all_the_same(
    kb: Kb, root: Path, kb_environment: Mapping[str, str], kb_command: list[str], cache_dir: Path
) -> None:
    folder = place.socket_path(cache_dir, root).parent
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o755)
    process = subprocess.Popen(
        [*kb_command, "watch", "--interval", "0.1"],
        cwd=root,
        env=dict(kb_environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        for number in range(10):
            write_document(root, f"many/{number}.md", f"# Alert {number}\n\nThe alert rang.\n")
        until(lambda: "not in the index" not in kb("search", "alert", cwd=root).stderr)
    finally:
        folder.chmod(0o700)
    assert "is not yours alone" in _said_by(process)


# The client's side, against the real server with an answer that the test chooses.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "s.sock"


@pytest.fixture
def silent(path: Path) -> Iterator[Path]:
    """Somebody listens and never says a word."""
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()
        yield path


def test_silence_is_no_answer(silent: Path, tmp_path: Path) -> None:
    assert client.ask(silent, tmp_path, Request("rollback")) is None


@pytest.mark.parametrize(
    "said", [b"", b"\n\n\n", b"[]\n", b"{}\n", b"null\n", b"[1, 2", b"\xff\xfe\n", b"\n" * 99]
)
def test_anything_but_a_response_is_no_answer(silent: Path, tmp_path: Path, said: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        silent.unlink()
        listening.bind(str(silent))
        listening.listen()

        def talk() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(said)

        talking = threading.Thread(target=talk)
        talking.start()
        assert client.ask(silent, tmp_path, Request("rollback")) is None
        talking.join(SECONDS)


def test_nobody_there_and_no_socket_are_no_answer(path: Path, tmp_path: Path) -> None:
    assert client.ask(path, tmp_path, Request("rollback")) is None
    path.parent.mkdir(mode=0o700)
    path.write_text("a file")
    with pytest.raises(place.Untrusted):
        client.ask(path, tmp_path, Request("rollback"))


def test_a_folder_that_others_may_enter_is_not_trusted(silent: Path, tmp_path: Path) -> None:
    silent.parent.chmod(0o755)
    with pytest.raises(place.Untrusted):
        client.ask(silent, tmp_path, Request("rollback"))


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give files away")
def test_a_socket_of_another_user_is_never_asked(silent: Path, tmp_path: Path) -> None:
    os.chown(silent, 12345, 12345)
    with pytest.raises(place.Untrusted):
        client.ask(silent, tmp_path, Request("rollback"))


def test_the_server_refuses_a_folder_that_is_not_private(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    with pytest.raises(place.Untrusted), serving(path, tmp_path, _never, _nothing, _nothing):
        raise AssertionError("it serves")


def test_the_path_is_short_enough_and_private_to_root_and_machine(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 40)
    assert len(os.fsencode(place.socket_path(deep, tmp_path))) <= 104
    assert place.socket_path(tmp_path, tmp_path) != place.socket_path(tmp_path, deep)


def test_an_answer_that_fails_is_refused_and_the_next_one_given(path: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    def respond(request: Request) -> Response:
        asked.append(request.text)
        raise ValueError(request.text)

    with serving(path, tmp_path, respond, _nothing, _nothing):
        assert client.ask(path, tmp_path, Request("one")) is None
        assert client.ask(path, tmp_path, Request("two")) is None
    assert asked == ["one", "two"]
    assert not path.exists()


def _never(request: Request) -> Response:
    raise AssertionError(request)


def _nothing() -> None:
    """Nothing to load, nothing to close."""


def test_what_is_not_found_is_kept_as_by_a_cold_search(
    kb: Kb, wiki: Wiki, watching: Watching
) -> None:
    root = wiki({"a.md": "# Rollback\n\nRehearse the way back.\n"})
    assert kb("gaps", "--on", cwd=root).returncode == 0
    with watching(root):
        assert kb("search", "zzwarmgap", cwd=root).returncode == 1
    assert kb("gaps", cwd=root).stdout.startswith("zzwarmgap  once, ")
