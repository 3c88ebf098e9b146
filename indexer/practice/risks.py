"""Risks by likelihood and impact, each 1 to 5, and what is due of them. Pure.

The product of the two says how much a risk matters: 12 and more is high, below 6 low. Such bands
are a convention (ISO 31010 describes the matrix and leaves its bands to the team), no measurement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from indexer.field_values import as_grade, as_text
from indexer.practice.written import Written
from indexer.tokens import comparable

RISK = "risk"
GRADES = (1, 2, 3, 4, 5)

_CLOSED = frozenset({"closed", "已关闭", "关闭"})
_HIGH, _MEDIUM = 12, 6


class Band(StrEnum):
    """How much a risk matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Risk(NamedTuple):
    """``likelihood`` and ``impact`` are None where the document does not give them."""

    path: str
    likelihood: int | None
    impact: int | None
    trigger: str
    closed: bool

    @property
    def product(self) -> int:
        """0 for a risk that is not rated."""
        return (self.likelihood or 0) * (self.impact or 0)


def band(product: int) -> Band:
    """The band of likelihood times impact."""
    if product >= _HIGH:
        return Band.HIGH
    return Band.MEDIUM if product >= _MEDIUM else Band.LOW


def risks(documents: Iterable[Written]) -> list[Risk]:
    """All risks, those that matter most first, closed ones last."""
    found = [_risk(one) for one in documents if one.metadata.type == RISK]
    return sorted(found, key=lambda risk: (risk.closed, -risk.product, risk.path))


def matrix(rated: Iterable[Risk]) -> Mapping[tuple[int, int], list[Risk]]:
    """Open risks by likelihood and impact; those that are not rated are left out."""
    cells: dict[tuple[int, int], list[Risk]] = defaultdict(list)
    for risk in rated:
        if risk.likelihood and risk.impact and not risk.closed:
            cells[risk.likelihood, risk.impact].append(risk)
    return cells


def _risk(document: Written) -> Risk:
    matter = document.matter
    return Risk(
        document.path,
        as_grade(matter.get("likelihood")),
        as_grade(matter.get("impact")),
        as_text(matter.get("trigger")),
        comparable(document.metadata.status) in _CLOSED,
    )
