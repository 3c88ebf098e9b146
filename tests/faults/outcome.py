"""What came of one case of the campaign, as a row of the results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Skipped(Exception):
    """The case needs what this machine does not give; the text says what."""


@dataclass
class Outcome:
    """Counts of one case; ``lost`` names what was lost or answered wrongly, and must stay empty."""

    case: str
    what: str
    seed: int
    times: int = 0
    refused: int = 0  # faults of which a search or a run told, with a remedy
    repaired: int = 0  # faults after which the index was made whole again
    lost: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The row; see ``kb/manual``."""
        return {
            "case": self.case,
            "what": self.what,
            "times": self.times,
            "lost": len(self.lost),
            "refused": self.refused,
            "repaired": self.repaired,
            "seed": self.seed,
        }


Case = Callable[[int, int], Outcome]
"""Seed and number of faults to what came of them. The same seed gives the same faults."""
