"""What a face asks of a search and what it gets back, whichever process answers. Shapes only."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from indexer.freshness import Freshness
from indexer.message import NOTHING, Message
from indexer.model import StoredChunk, StoredDocument


class Mode(StrEnum):
    """Which lanes of the search may answer."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"
    SEMANTIC = "semantic"


class Filters(NamedTuple):
    """What a hit must be; all given fields must agree, each by any of its values.

    Dates are inclusive. Words agree as ``indexer.tokens.comparable`` says. Empty means everything.
    """

    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    def __bool__(self) -> bool:
        lists = (self.types, self.tags, self.owners, self.projects, self.statuses)
        return any(lists) or self.since is not None or self.until is not None


class Request(NamedTuple):
    """A search as it was typed."""

    text: str
    limit: int = 10
    filters: Filters = Filters()
    mode: Mode = Mode.HYBRID


class Correction(NamedTuple):
    """A word of the query that was taken for another."""

    typed: str
    meant: str


class Expansion(NamedTuple):
    """A name of the glossary that the query holds, as typed, and others that mean the same."""

    typed: str
    names: tuple[str, ...]


class Explanation(NamedTuple):
    """Why a hit stands where it does. Scores, weight and coverage lie in [0, 1].

    ``matched`` are terms of the query, ``expanded`` those that the glossary added. A rank counts
    documents of one lane from 1; None where the lane has nothing to say.
    """

    matched: tuple[str, ...]
    expanded: tuple[str, ...]
    lexical_score: float
    lexical_rank: int | None
    semantic_score: float | None
    semantic_rank: int | None
    semantic_weight: float
    coverage: float


class Hit(NamedTuple):
    """A document with its best passage. ``line`` is where the passage begins in the file."""

    rank: int
    score: float
    document: StoredDocument
    chunk: StoredChunk
    passage: str
    highlights: tuple[tuple[int, int], ...]
    line: int
    explanation: Explanation


class Answer(NamedTuple):
    """What a search found; no hits means that nothing relevant is there."""

    hits: tuple[Hit, ...]
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    semantic: bool = True  # whether meaning could be asked at all
    refused: Message = NOTHING  # why what was found is not shown


class Response(NamedTuple):
    """The answer, how the files compare to it, and why meaning could not be asked, if so."""

    answer: Answer
    freshness: Freshness
    hindrance: Message = NOTHING
