"""Whether the best that was found is an answer at all, or noise that came first. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answer from noise; ``similarity`` is None where no model could read the query."""

    coverage: float
    similarity: float | None


def is_noise(signals: Signals) -> bool:
    """True if nothing that was found has to do with the query."""
    return False
