"""Searches that found nothing: kept in ``.kb/`` of a wiki, once its user has turned that on.

The switch lies in the data folder of the user, by the wiki's root, as consent to a model does: no
setting that comes with a wiki can turn it on. Kept are the words and the day, in a file for this
user alone, the newest ``MOST`` of them; nothing tells who asked. Two searches that end at the same
moment while the file is being shortened may cost each other one line, and nothing waits for it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from indexer import private_folder
from indexer.errors import SettingsError
from indexer.message import say

MOST = 1000
"""Searches that are kept; older ones go."""
LONGEST = 300
"""Characters of a search that are kept."""
_MOST_BYTES = 400_000  # of the file, until it is shortened; and of a file that somebody else made

_FOLDER = "searches-kept"
_PLACE = (".kb", "gaps.jsonl")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class Kept(NamedTuple):
    """One search that found nothing."""

    text: str
    day: dt.date


class Gap(NamedTuple):
    """Searches of the same words; ``text`` is as most of them were typed."""

    text: str
    times: int
    first: dt.date
    last: dt.date


class SearchGaps:
    """Those of one wiki, on this machine. A wiki that was moved is another one."""

    def __init__(self, data: Path, root: Path) -> None:
        """``data`` is the user's data folder."""
        self._root = os.path.realpath(root)
        name = hashlib.sha256(self._root.encode(errors="surrogateescape")).hexdigest()[:32]
        self._switch = data / _FOLDER / f"{name}.json"
        self.file = root.joinpath(*_PLACE)

    def are_kept(self) -> bool:
        """Whether the user has turned it on."""
        try:
            return bool(json.loads(self._switch.read_text(encoding="utf-8")) == self._record)
        except (OSError, ValueError):
            return False

    def turn_on(self) -> None:
        """Raises SettingsError if that cannot be kept."""
        with self._own_errors(self._switch):
            private_folder.make(self._switch.parent)
            _write(self._switch, json.dumps(self._record))

    def turn_off(self) -> None:
        """What was kept stays until it is cleared. Raises SettingsError."""
        with self._own_errors(self._switch):
            self._switch.unlink(missing_ok=True)

    def record(self, text: str, day: dt.date) -> None:
        """Keep a search, if that is turned on. Raises LinkRefused, SettingsError."""
        if not self.are_kept():
            return
        private_folder.check_no_links(self.file.parent)
        line = json.dumps({"day": day.isoformat(), "text": text[:LONGEST]}, ensure_ascii=True)
        with self._own_errors(self.file):
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINK
            handle = os.open(self.file, flags, 0o600)
            try:
                os.write(handle, f"{line}\n".encode())  # in one piece, beside other searches'
                size = os.fstat(handle).st_size
            finally:
                os.close(handle)
            if size > _MOST_BYTES:
                self._shorten()

    def read(self) -> list[Kept]:
        """The newest ``MOST``, oldest first; what is no line of ours is passed over.

        Raises LinkRefused, SettingsError.
        """
        private_folder.check_no_links(self.file.parent)
        with self._own_errors(self.file):
            try:
                with open(os.open(self.file, os.O_RDONLY | _NO_LINK), "rb") as file:
                    file.seek(max(0, os.fstat(file.fileno()).st_size - 2 * _MOST_BYTES))
                    lines = file.read(2 * _MOST_BYTES).split(b"\n")
            except FileNotFoundError:
                return []
        return [*_parsed(lines)][-MOST:]

    def clear(self) -> int:
        """Forget them; how many there were. Raises LinkRefused, SettingsError."""
        count = len(self.read())
        with self._own_errors(self.file):
            self.file.unlink(missing_ok=True)
        return count

    def _shorten(self) -> None:
        lines = (json.dumps({"day": one.day.isoformat(), "text": one.text}) for one in self.read())
        _write(self.file, "".join(f"{line}\n" for line in lines))

    @property
    def _record(self) -> dict[str, str]:
        return {"root": self._root}

    @contextlib.contextmanager
    def _own_errors(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SettingsError(
                say("{path} cannot be written: {error}", path=path, error=error.strerror or error),
                say("check the permissions of the folder and the space on its disk"),
            ) from error


def gaps(kept: Iterable[Kept]) -> list[Gap]:
    """Searches of the same words, in any order and form, as one; most often sought first."""
    from indexer.tokens import comparable, terms

    groups: dict[tuple[str, ...], list[Kept]] = {}
    for one in kept:
        words = tuple(sorted(set(terms(one.text)))) or (comparable(one.text),)
        groups.setdefault(words, []).append(one)
    found = [
        Gap(
            min(Counter(k.text for k in own).items(), key=lambda item: (-item[1], item[0]))[0],
            len(own),
            min(one.day for one in own),
            max(one.day for one in own),
        )
        for own in groups.values()
    ]
    return sorted(found, key=lambda gap: (-gap.times, -gap.last.toordinal(), gap.text))


def _parsed(lines: Iterable[bytes]) -> Iterator[Kept]:
    for line in lines:
        try:
            written = json.loads(line)
            day, text = dt.date.fromisoformat(written["day"]), written["text"]
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        if isinstance(text, str) and text.strip():
            yield Kept(text[:LONGEST], day)


def _write(file: Path, text: str) -> None:
    """In place of what is there, all of it or nothing, for this user alone."""
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    try:
        with open(handle, "w", encoding="utf-8") as written:
            written.write(text)
        os.replace(temporary, file)
    except OSError:
        Path(temporary).unlink()
        raise
