"""The facts of files that were read before, by the hash of their content: ``.kb/check.json``.

Derived like all of ``.kb/``: what cannot be read, is of another form or was made by other rules is
made anew, and where nothing can be written the next check takes longer. It is never trusted beyond
its form, and never reached through a symbolic link.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from indexer import __version__
from indexer.atomic_file import FileChangedError, replace_file
from indexer.errors import LinkRefused
from indexer.index import ignore_in_git
from indexer.practice.checking.facts import Facts, from_plain_facts, to_plain
from indexer.practice.checking.near_duplicates import Pair
from indexer.private_folder import check_no_links, make

FILE = "check.json"
_FORM = 2
"""Another one for every change of what is kept or of a rule that looks at one file."""
_LARGEST = 200_000_000  # bytes


class NearPairs(NamedTuple):
    """The near duplicates of one generation of an index."""

    identity: str
    generation: int
    pairs: tuple[Pair, ...]


class FindingCache:
    """What is known of files; ``standards`` is all that facts depend on but the file."""

    def __init__(self, folder: Path, standards: str) -> None:
        self._folder = folder
        self._key = hashlib.sha256(f"{_FORM}\0{__version__}\0{standards}".encode()).hexdigest()
        self._plain: dict[str, Any] = {}
        self.near: NearPairs | None = None
        self._changed = False
        self._load()

    def facts(self, path: str, content_hash: str) -> Facts | None:
        """Of a file with this content; None if it was not read before."""
        kept = self._plain.get(path)
        if not isinstance(kept, list) or kept[0] != content_hash:
            return None
        try:
            return from_plain_facts(path, kept[1])
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            return None

    def keep(self, path: str, content_hash: str, facts: Facts) -> None:
        """Remember a file."""
        self._plain[path] = [content_hash, to_plain(facts)]
        self._changed = True

    def keep_near(self, near: NearPairs) -> None:
        """Remember the near duplicates."""
        self.near = near
        self._changed = True

    def save(self, paths: Mapping[str, object]) -> None:
        """Write what is known of these files, if that is news; of others nothing is kept."""
        kept = {path: facts for path, facts in self._plain.items() if path in paths}
        if not self._changed and len(kept) == len(self._plain):
            return
        text = json.dumps(
            {"key": self._key, "files": kept, "near": self.near},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        with contextlib.suppress(OSError, LinkRefused, FileChangedError):
            make(self._folder)
            check_no_links(self._folder)
            ignore_in_git(self._folder)  # a wiki may be checked that was never indexed
            replace_file(self._folder / FILE, text.encode("utf-8", "surrogatepass"))
            (self._folder / FILE).chmod(0o600)

    def _load(self) -> None:
        try:
            check_no_links(self._folder)
            file = self._folder / FILE
            if file.stat().st_size > _LARGEST:
                return
            found = json.loads(file.read_bytes())
            if found["key"] != self._key or not isinstance(found["files"], dict):
                return
            near = found["near"]
            self._plain = found["files"]
            if near:
                self.near = NearPairs(str(near[0]), int(near[1]), tuple(Pair(*p) for p in near[2]))
        except (OSError, LinkRefused, ValueError, TypeError, KeyError, IndexError, RecursionError):
            self._plain, self.near = {}, None
