"""Questions to git about a repository that nobody vouches for; nothing of it is run or changed.

No hook, file-system monitor, pager, external diff driver or filter that its configuration may name
gets a say, and no variable of the environment leads git elsewhere. Without git, outside a
repository, or where git refuses, there is no answer. The only module that starts git.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_SECONDS = 60.0
_QUIET = ("core.quotepath=off", "core.fsmonitor=false", f"core.hooksPath={os.devnull}")
_FILTER = re.compile(r"^(filter\..*\.)(?:clean|smudge|process|required)$", re.DOTALL)


class GitAnswer(NamedTuple):
    """What git wrote, and on its other stream why it refused; ``ok`` tells which."""

    ok: bool
    output: bytes
    complaint: str

    @property
    def text(self) -> str:
        """The output as text; empty if git refused."""
        return self.output.decode("utf-8", "replace") if self.ok else ""


class Git:
    """git, asked from inside a folder. ``environment`` is that of the process."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        kept = os.environ if environment is None else environment
        self._environment = {n: value for n, value in kept.items() if not n.startswith("GIT_")}
        self._environment["GIT_OPTIONAL_LOCKS"] = "0"

    def ask(self, *words: str) -> GitAnswer:
        """Run ``git WORDS``."""
        return self._run(_QUIET, words)

    def diff(self, *words: str) -> GitAnswer:
        """``git diff WORDS`` of what is committed and what stands in the working tree.

        Filters would be run over files of the working tree: those that are configured get no
        program.
        """
        named = self.ask("config", "--null", "--name-only", "--get-regexp", r"^filter\.")
        found = (_FILTER.match(name) for name in named.text.split("\0"))
        filters = {match[1] for match in found if match and "=" not in match[1]}
        off = [f"{f}{key}=" for f in sorted(filters) for key in ("clean", "smudge", "process")]
        off += [f"{f}required=false" for f in sorted(filters)]
        return self._run((*_QUIET, *off), ("diff", "--no-ext-diff", "--no-textconv", *words))

    def _run(self, settings: tuple[str, ...], words: tuple[str, ...]) -> GitAnswer:
        program = shutil.which("git", path=self._environment.get("PATH"))
        if program is None:
            return GitAnswer(False, b"", "git is not installed")
        options = [word for setting in settings for word in ("-c", setting)]
        try:
            done = subprocess.run(
                [program, "--no-pager", *options, *words],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return GitAnswer(False, b"", str(error))
        complaint = done.stderr.decode("utf-8", "replace").strip()
        return GitAnswer(done.returncode == 0, done.stdout, complaint)
