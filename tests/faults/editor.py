"""Edits as people and Git make them, by chance: create, change, move, delete, check out.

The same chance makes the same edits of the same wiki. Git keeps what was, so that a checkout has
somewhere to go; a wiki that is edited here is a repository of its own.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

_SENTENCES = (
    "The release waited for a date that nobody had written down.",
    "Rehearse the way back before the way forward.",
    "The vendor closed its interface on a Sunday.",
    "上线前一天才发现证书过期。",
    "每个依赖都要有日期和负责人。",
    "短信通道故障时，备用通道没有切换。",
    "An alert that nobody acts on is noise.",
    "The report counted each account twice.",
)


class Editor:
    """Edits the wiki at ``root``."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self._root = root
        self._content = root / "kb"
        self._chance = chance
        self._made = 0
        if not (root / ".git").exists():
            self._git("init", "-q", "-b", "main")
            (root / ".git" / "info" / "exclude").write_text(".kb/\n", encoding="utf-8")
        self._commit()

    def edit(self) -> str:
        """One edit; what it was."""
        kinds: dict[str, Callable[[], None]] = {
            "create": self._create,
            "change": self._change,
            "save": self._save,
            "move": self._move,
            "move a folder": self._move_folder,
            "delete": self._delete,
            "check out": self._check_out,
        }
        weights = (3, 3, 3, 2, 1, 3, 1)
        (kind,) = self._chance.choices(list(kinds), weights)
        kinds[kind]()
        return kind

    def documents(self) -> list[Path]:
        return sorted(self._content.rglob("*.md"))

    def _create(self) -> None:
        self._made += 1
        folder = self._content / self._chance.choice(["retros", "lessons", "new", "新的"])
        folder.mkdir(exist_ok=True)
        name = f"{self._made}-{self._chance.randrange(1_000_000)}.md"
        (folder / name).write_text(self._text(), encoding="utf-8")

    def _change(self) -> None:
        with self._any().open("a", encoding="utf-8") as file:
            file.write(f"\n\n{self._paragraph()}\n")

    def _save(self) -> None:
        """As an editor does: written beside it and renamed."""
        document = self._any()
        beside = document.with_name(f".{document.name}.swp")
        beside.write_text(self._text(), encoding="utf-8")
        beside.replace(document)

    def _move(self) -> None:
        document = self._any()
        to = self._content / self._chance.choice(["retros", "moved"]) / document.name
        to.parent.mkdir(exist_ok=True)
        document.rename(to)

    def _move_folder(self) -> None:
        folder = self._any().parent
        if folder == self._content:
            return
        self._made += 1
        folder.rename(folder.with_name(f"folder-{self._made}-{self._chance.randrange(1000)}"))

    def _delete(self) -> None:
        if len(self.documents()) > 10:
            self._any().unlink()

    def _check_out(self) -> None:
        self._commit()
        commits = self._git("log", "--all", "--format=%H").split()
        self._git("checkout", "-q", "-f", self._chance.choice(commits))

    def _commit(self) -> None:
        self._git("add", "-A")
        if self._git("status", "--porcelain"):
            self._git("commit", "-q", "-m", "state")
            self._git("branch", f"state-{self._git('rev-list', '--all', '--count').strip()}")

    def _git(self, *arguments: str) -> str:
        person = {
            f"GIT_{who}_{what}": "kb"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        return subprocess.run(
            ["git", "-C", str(self._root), *arguments],
            check=True,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **person},
        ).stdout

    def _any(self) -> Path:
        return self._chance.choice(self.documents())

    def _text(self) -> str:
        parts = (f"## {self._sentence()}\n\n{self._paragraph()}" for _ in range(2))
        return f"# {self._sentence()}\n\n{self._paragraph()}\n\n" + "\n\n".join(parts) + "\n"

    def _paragraph(self) -> str:
        return " ".join(self._sentence() for _ in range(4))

    def _sentence(self) -> str:
        """One that was never embedded."""
        return f"{self._chance.choice(_SENTENCES)} ({self._chance.randrange(1_000_000)})"
