"""Decisions: where each stands, what replaced what, and whose outcome is to be looked at. Pure.

What replaced what is given by the caller, who knows what links mean. A loop among decisions that
replace each other ends where it would begin again; ``kb check`` is who complains.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from indexer.field_values import as_day, as_text, as_texts
from indexer.practice.written import Written
from indexer.standing import says_superseded
from indexer.tokens import comparable

DECISION = "decision"

_LONGEST_CHAIN = 50


class Standing(StrEnum):
    """Where a decision stands; what a team writes otherwise is OTHER."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    OTHER = ""


_WRITTEN: Mapping[str, Standing] = MappingProxyType(
    {
        **dict.fromkeys(("proposed", "draft", "提议", "待定", "草案"), Standing.PROPOSED),
        **dict.fromkeys(("accepted", "active", "已采纳", "采纳", "通过"), Standing.ACCEPTED),
        **dict.fromkeys(("rejected", "declined", "已否决", "否决", "不采纳"), Standing.REJECTED),
    }
)


class Decision(NamedTuple):
    """``chain`` are the paths from the first decision of its line to the last, itself among them;
    ``check_on`` is the day on which to look at what came of it.
    """

    path: str
    standing: Standing
    deciders: tuple[str, ...]
    check_on: dt.date | None
    outcome: str
    chain: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether it holds, so that its outcome matters."""
        return self.standing in {Standing.ACCEPTED, Standing.OTHER}


Paths = Sequence[str]


def decisions(
    documents: Iterable[Written],
    successors: Mapping[str, Paths],
    predecessors: Mapping[str, Paths],
) -> list[Decision]:
    """All decisions, in the order in which they were given."""
    found = [one for one in documents if one.metadata.type == DECISION]
    known = {one.path for one in found}
    return [_decision(one, known, successors, predecessors) for one in found]


def _decision(
    document: Written,
    known: set[str],
    successors: Mapping[str, Paths],
    predecessors: Mapping[str, Paths],
) -> Decision:
    matter, path = document.matter, document.path
    status = document.metadata.status
    old = path in successors or says_superseded(status)
    before = _line(path, known, predecessors)
    after = _line(path, known.difference(before), successors)
    return Decision(
        path,
        Standing.SUPERSEDED if old else _WRITTEN.get(comparable(status), Standing.OTHER),
        as_texts(matter.get("deciders")),
        as_day(matter.get("check_outcome_on")),
        as_text(matter.get("outcome")),
        (*reversed(before), path, *after),
    )


def _line(path: str, known: set[str], next_: Mapping[str, Paths]) -> list[str]:
    """The decisions one after the other in one direction; of several the first."""
    line = [path]
    while len(line) <= _LONGEST_CHAIN:
        ahead = (one for one in next_.get(line[-1], ()) if one in known and one not in line)
        fresh = next(ahead, None)
        if fresh is None:
            break
        line.append(fresh)
    return line[1:]
