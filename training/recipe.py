"""Everything that decides what training gives; what each part is worth stands in the model card."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """``longest`` is in characters of the English side; weights multiply parts of the loss."""

    rows: int = 20_000
    epochs: int = 2
    batch: int = 1024
    learning_rate: float = 3e-3
    cosine: float = 3.0
    contrastive: float = 0.3
    temperature: float = 0.05
    minimum_count: int = 3
    longest: int = 170  # the teacher needs a third of its time for the longest sixth of the pairs
    seed: int = 1


def tried(recipe: Recipe, changes: Sequence[str]) -> Recipe:
    """The recipe with some ``name=value`` changed. Raises ValueError for a name it has not."""
    kinds = {field.name: type(getattr(recipe, field.name)) for field in dataclasses.fields(recipe)}
    values = {}
    for change in changes:
        name, _, value = change.partition("=")
        if name not in kinds:
            raise ValueError(f"the recipe has no {name}; it has {', '.join(kinds)}")
        values[name] = kinds[name](value)
    return dataclasses.replace(recipe, **values)
