"""The shapes of a check: a rule, what was found by it, and the edit that makes it good."""

from __future__ import annotations

from typing import NamedTuple

from indexer.message import NOTHING, Message
from indexer.model import Severity


class Rule(NamedTuple):
    """What is asked of documents. ``code`` is its name for people and for ignore comments,
    ``reason`` why it is asked; ``fix`` says what ``--fix`` does, empty if a person has to.
    """

    code: str
    severity: Severity
    title: Message
    reason: Message
    fix: Message = NOTHING


class Edit(NamedTuple):
    """What a line holds from column ``start`` on, ``old``, is to be ``new``."""

    start: int
    old: str
    new: str


class Finding(NamedTuple):
    """Something in one file that a rule forbids; ``line`` counts from 1."""

    path: str
    line: int
    code: str
    message: Message
    edit: Edit | None = None
