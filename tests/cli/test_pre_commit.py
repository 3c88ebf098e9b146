"""The hook as pre-commit runs it: on the documents of a commit, and on none of its other files.

Only the hook's environment is ours: pre-commit would install kb into one of its own, and here takes
the kb of this test.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = ".pre-commit-hooks.yaml"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit needs git")


def _run(
    words: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def _committed(folder: Path, environment: Mapping[str, str]) -> str:
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        done = _run(["git", *words], folder, environment)
        assert done.returncode == 0, done.stderr
    return _run(["git", "rev-parse", "HEAD"], folder, environment).stdout.strip()


@pytest.fixture
def environment(kb_environment: Mapping[str, str], tmp_path: Path) -> dict[str, str]:
    """git and pre-commit with nothing of the developer's own."""
    names = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
    who = {f"GIT_{name}": "a@b.c" for name in names}
    home = tmp_path / "home"
    home.mkdir()
    own = {"HOME": str(home), "PRE_COMMIT_HOME": str(home / "cache"), "GIT_CONFIG_NOSYSTEM": "1"}
    return {**kb_environment, **who, **own, "PRE_COMMIT_COLOR": "never"}


def test_a_commit_is_stopped_by_an_error_in_its_documents(
    environment: dict[str, str], kb_command: list[str], tmp_path: Path
) -> None:
    hooks, wiki = tmp_path / "kb-tool", tmp_path / "wiki"
    hooks.mkdir()
    shutil.copy(ROOT / HOOKS, hooks)
    (wiki / "kb").mkdir(parents=True)
    (wiki / "kb" / "a.md").write_text("# A\n\n[gone](gone.md)\n", encoding="utf-8")
    (wiki / "kb" / "b c.md").write_text("# B\n\nThis is well.\n", encoding="utf-8")
    (wiki / "notes.md").write_text("[gone](gone.md)\n", encoding="utf-8")
    entry = " ".join(f"'{word}'" for word in kb_command) + " check"
    hook = {"id": "kb-check", "language": "system", "entry": entry}
    repo = {"repo": str(hooks), "rev": _committed(hooks, environment), "hooks": [hook]}
    (wiki / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [repo]}))
    _committed(wiki, environment)
    words = [sys.executable, "-m", "pre_commit", "run", "--files"]
    stopped = _run([*words, "kb/a.md", "kb/b c.md", "notes.md"], wiki, environment)
    assert stopped.returncode == 1
    assert "kb/a.md:3: broken-link" in stopped.stdout
    assert "notes.md" not in stopped.stdout
    passed = _run([*words, "kb/b c.md"], wiki, environment)
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout
    skipped = _run([*words, "notes.md"], wiki, environment)
    assert "Skipped" in skipped.stdout
