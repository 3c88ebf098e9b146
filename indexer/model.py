"""The vocabulary: every shape of data that passes between modules, and the Protocols.

Frozen dataclasses and type aliases only. It does no work, reads nothing and imports none of
our other modules but the errors; nothing else in the package invents a shape of data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]
    """One text: shape (dimension,), unit length."""
    Matrix = npt.NDArray[np.float32]
    """Many texts: shape (n, dimension), rows of unit length."""
    Ids = npt.NDArray[np.int64]

DocumentId = int
ChunkId = int

CountTokens = Callable[[Sequence[str]], list[int]]
"""Tokens of each text as the embedding model counts them, without its special tokens."""


class Severity(StrEnum):
    """How bad a problem of a document is."""

    WARNING = "warning"  # the document is searchable as its author meant it
    ERROR = "error"  # part of what the author wrote could not be used


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one file, with the place to mend it. ``line`` counts from 1."""

    path: str
    line: int
    code: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the front matter (or, for lack of it, the file) says of a document."""

    title: str
    type: str = ""
    date: dt.date | None = None
    owner: str = ""
    project: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a section that belong together: a paragraph, list, table, code fence, …

    ``start`` is the 1-based number of the first line in the file; ``lines`` are plain text, one
    for each line of the file.
    """

    start: int
    lines: tuple[str, ...]

    @property
    def end(self) -> int:
        """Number of the last line, inclusive."""
        return self.start + len(self.lines) - 1


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks under it, up to the next heading of any level.

    ``headings`` is the path of headings from the outermost down to this one; both it and
    ``anchor`` are empty for what stands before the first heading.
    """

    headings: tuple[str, ...]
    anchor: str
    start: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One Markdown file under ``kb/``; ``path`` is relative to it, with ``/``."""

    path: str
    metadata: Metadata
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is searched: a section or a piece of one.

    ``breadcrumb`` (title > heading > heading) goes before ``text`` when the chunk is embedded.
    ``start`` and ``end`` are line numbers of the file, from 1, inclusive.
    """

    breadcrumb: tuple[str, ...]
    anchor: str
    start: int
    end: int
    text: str

    @property
    def embedded_text(self) -> str:
        """What the model reads."""
        return f"{' > '.join(self.breadcrumb)}\n{self.text}"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells cheaply that a file differs: compared for difference, never for age."""

    size: int
    mtime_ns: int
