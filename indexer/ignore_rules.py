"""Which files below ``kb/`` are left out: our own rules, then ``.gitignore`` and ``.kbignore``.

The only module that knows pathspec, whose patterns are Git's. A later rule wins over an earlier
one, a rule file of an inner folder over one further out, ``.kbignore`` over ``.gitignore``; what
lies in a folder that is left out stays out. Rules come from whoever wrote the wiki, so one that
could be slow to match is refused with its line. It reads no files.
"""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from indexer.message import Message, say
from indexer.model import Problem, Severity

if TYPE_CHECKING:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    _Patterns = list[GitIgnoreSpecPattern]

RULE_FILES = (".gitignore", ".kbignore")
"""In the order in which they are obeyed; read in the root and in every folder below ``kb/``."""

RULE_PROBLEM = "ignore-rule"
"""The code of a problem of a rule."""

BUILT_IN = ("/templates/", "/drafts/", "_templates/", "_drafts/")
"""Obeyed first, as if they stood in ``kb/``: ``!/drafts/`` in a ``.kbignore`` undoes one."""

MOST_WILDCARDS = 3
"""In one rule. Matching tries all ways to share out a name among them: with four, a name made for
it takes a fifth of a second (measured), and with each further one a hundred times as long."""

_UPWARDS = "../"  # how the root's rule files are named from kb/
_WILDCARD = re.compile(r"\[\^/\][*+]|(?<!\\)\.[*+]")
_FOLDER_MARK = "ps_d"  # pathspec's group of the slash after a folder that matched
_ANY_FOLDERS = "(?:.+/)?"  # before a rule that holds at any depth: ends are found at slashes only


class Ignored(NamedTuple):
    """What one look at the files left out, and by which rules."""

    rules: str = ""  # digest
    entries: frozenset[str] = frozenset()  # paths below kb/; those of folders end with /

    def to_json(self) -> str:
        return json.dumps([self.rules, sorted(self.entries)], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Ignored:
        if not text:
            return cls()
        rules, entries = json.loads(text)
        return cls(rules, frozenset(entries))


def digest(texts: Mapping[str, bytes]) -> str:
    """Another one means that other files may be left out."""
    state = hashlib.sha256("\0".join(BUILT_IN).encode())
    for path, text in sorted(texts.items()):
        state.update(f"\0{path}\0{len(text)}\0".encode() + text)
    return state.hexdigest()


class IgnoreRules:
    """The rules of one wiki. ``texts`` are its rule files by their path from ``kb/``."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self.problems: list[Problem] = []
        """Rules that are not obeyed."""
        self._patterns: dict[str, list[_Patterns]] = {}  # by the folder they stand in
        self._folders: dict[str, str] = {}
        self._built_in = self._read("", BUILT_IN)
        for folder, name in sorted(map(_place, texts), key=_order):
            path = folder + name
            patterns = self._read(path, texts[path].decode(errors="replace").splitlines())
            if folder == _UPWARDS and _last_word(patterns, "kb/"):
                continue  # kept out of Git, but the wiki all the same
            self._patterns.setdefault(folder, []).append(patterns)

    def left_out_by(self, path: str) -> str:
        """The entry by which a file is left out: itself or a folder above; empty if it is not."""
        parent, _, _ = path.rpartition("/")
        return self.folder_left_out_by(parent) or (path if self._match(path) else "")

    def folder_left_out_by(self, folder: str) -> str:
        """The same for a folder, named without the last slash; ``kb/`` itself is the empty text."""
        if not folder:
            return ""
        if folder not in self._folders:
            above = self.folder_left_out_by(folder.rpartition("/")[0])
            self._folders[folder] = above or (folder + "/" if self._match(folder + "/") else "")
        return self._folders[folder]

    def _match(self, path: str) -> bool:
        parts = PurePosixPath(path).parts[:-1]
        inside = ["/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)]
        for folder in (*inside, "", _UPWARDS):
            seen_from = "kb/" + path if folder == _UPWARDS else path.removeprefix(folder)
            for patterns in reversed(self._patterns.get(folder, ())):
                said = _last_word(patterns, seen_from)
                if said is not None:
                    return said
        return bool(_last_word(self._built_in, path))

    def _read(self, path: str, lines: Iterable[str]) -> _Patterns:
        from pathspec.patterns.gitignore import GitIgnorePatternError
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

        patterns = []
        for number, line in enumerate(lines, start=1):
            try:
                with warnings.catch_warnings(action="ignore"):  # re's own, of a set such as [[]
                    pattern = GitIgnoreSpecPattern(line)
            except (GitIgnorePatternError, re.error):
                self._refuse(path, number, say("this is no pattern; the rule is not obeyed"))
                continue
            if pattern.regex and _wildcards(pattern.regex.pattern) > MOST_WILDCARDS:
                said = say(
                    "more than {most} wildcards; the rule is not obeyed, write it as several",
                    most=MOST_WILDCARDS,
                )
                self._refuse(path, number, said)
            elif pattern.regex:
                patterns.append(pattern)
        return patterns

    def _refuse(self, path: str, line: int, why: Message) -> None:
        self.problems.append(Problem(path, line, RULE_PROBLEM, why, Severity.WARNING))


def _last_word(patterns: _Patterns, path: str) -> bool | None:
    """Whether the last pattern that names this very entry leaves it out; None if none does.

    What becomes of a folder above was asked before, so a match that ends at one counts for nothing
    unless the pattern is about all inside it.
    """
    for pattern in reversed(patterns):
        assert pattern.regex
        if _FOLDER_MARK in pattern.regex.groupindex:
            ends = {found.end(_FOLDER_MARK) for found in pattern.regex.finditer(path)}
            names_it = not ends.isdisjoint({-1, len(path)})
        else:
            inside = pattern.regex.search(path)
            names_it = inside is not None and (inside.end() < len(path) or path[-1] != "/")
        if names_it:
            return pattern.include
    return None


def _wildcards(regex: str) -> int:
    return len(_WILDCARD.findall(regex.removeprefix("^").removeprefix(_ANY_FOLDERS)))


def _place(path: str) -> tuple[str, str]:
    folder, slash, name = path.rpartition("/")
    return folder + slash, name


def _order(place: tuple[str, str]) -> tuple[str, int]:
    return place[0], RULE_FILES.index(place[1])
