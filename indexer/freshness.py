"""How the files compare to the index: what became of them, and what an answer says of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from indexer.message import NOTHING, Message
from indexer.model import FileStamp


class Difference(NamedTuple):
    """What became of the files since they were indexed, by path."""

    new: tuple[str, ...]
    altered: tuple[str, ...]  # the stamp differs; whether the content does, reading tells
    removed: tuple[str, ...]
    rules: bool = False  # other rules tell which files are left out
    types: bool = False  # other folders give other document types: every file is read again

    @property
    def waiting(self) -> tuple[str, ...]:
        """Files that have to be read."""
        return (*self.new, *self.altered)

    def __bool__(self) -> bool:
        return bool(self.new or self.altered or self.removed or self.rules or self.types)


def difference(known: Mapping[str, FileStamp], found: Mapping[str, FileStamp]) -> Difference:
    """Compare stamps for difference, never for age: an older checkout is a change too."""
    return Difference(
        new=tuple(sorted(path for path in found if path not in known)),
        altered=tuple(
            sorted(path for path in found if path in known and found[path] != known[path])
        ),
        removed=tuple(sorted(path for path in known if path not in found)),
    )


class Freshness(NamedTuple):
    """How the files compare to the index that answered."""

    waiting: int = 0  # new or changed files that the index does not know yet
    removed: frozenset[str] = frozenset()
    brought_in: int = 0  # files that were indexed on the way to the answer
    hindrance: Message = NOTHING  # why files that could have been brought in were not
