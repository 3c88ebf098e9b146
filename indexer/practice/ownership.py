"""Open actions and duties by role. Pure.

A role is whoever owns a document or an action; what a RACI table gives is looked up by the name of
such a role, for tables also say "every role" and the like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from indexer.practice.actions import Action, name_key
from indexer.practice.responsibilities import Task


class Duty(NamedTuple):
    """What a role is in a line of a RACI table: "RA" does it and answers for it."""

    task: Task
    letters: str


def by_owner(actions: Iterable[Action]) -> Mapping[str, list[Action]]:
    """By owner, as ``name_key`` folds it; under "" those that nobody owns."""
    found: dict[str, list[Action]] = {}
    for one in actions:
        for key in dict.fromkeys(map(name_key, one.item.owners)) or ("",):
            found.setdefault(key, []).append(one)
    return found


def owners_of(actions: Iterable[Action]) -> list[str]:
    """Every owner once, as written first."""
    spelt: dict[str, str] = {}
    for one in actions:
        for owner in one.item.owners:
            spelt.setdefault(name_key(owner), owner)
    return list(spelt.values())


def duties(tasks: Iterable[Task]) -> Mapping[str, list[Duty]]:
    """What each role, as ``name_key`` folds it, is responsible and accountable for."""
    found: dict[str, list[Duty]] = {}
    for task in tasks:
        letters: dict[str, str] = {}
        for letter in "RA":
            for key in dict.fromkeys(map(name_key, task.roles.get(letter, ()))):
                letters[key] = letters.get(key, "") + letter
        for key, given in letters.items():
            found.setdefault(key, []).append(Duty(task, given))
    return found
