"""Rules of action items: somebody does it by some day, and its box is one.

Which lines are action items, and which of them are steps of a procedure, is said in
``practice.actions``; only open ones are asked for owner and day.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from indexer.message import say
from indexer.model import Severity
from indexer.practice.actions import Action
from indexer.practice.checking.dates import CONTRADICTORY
from indexer.practice.checking.rule import Edit, Finding, Rule

OWNER = Rule(
    "action-owner",
    Severity.WARNING,
    say("An open action has no owner."),
    say("What everybody is to do, nobody does."),
)
DATE = Rule(
    "action-date",
    Severity.WARNING,
    say("An open action has no due date."),
    say("Without a day it is never late, and never missed."),
)
WRONG_DATE = Rule(
    "action-wrong-date",
    Severity.ERROR,
    say("The due date of an action cannot be used."),
    say("kb actions cannot remind anybody of it."),
)
CHECKBOX = Rule(
    "checkbox",
    Severity.ERROR,
    say("A line looks like an action and is none."),
    say("Without a proper box no list of actions has it, and the site shows the brackets."),
    say("writes the box as it should be: “- [ ] ”"),
)
RULES = (OWNER, DATE, WRONG_DATE, CHECKBOX)

_BOX = re.compile(
    r"[ \t>]{0,200}(?P<bullet>[-*+])[ \t]{0,8}"
    r"(?P<box>\[[ \t]{0,4}[xX]?[ \t]{0,4}\]|［[ 　\t]?[xX]?］|【[ 　\t]?[xX]?】)"
    r"[ \t]*(?=\S)"
)
_NO_BOX_BEFORE = ("(", "[", ":", "{")
"""What makes a link or a reference of the brackets before it."""


def of_actions(actions: Iterable[Action]) -> Iterator[Finding]:
    """What is wrong with the actions of one document."""
    for path, item, document in actions:
        if item.due_problem:
            yield Finding(path, item.line, WRONG_DATE.code, item.due_problem)
        if item.done:  # in a text that is kept up, what is done is older than its date
            continue
        if item.due and document.date and item.due < document.date:
            said = say(
                "due on {day}, before the date of the document, {date}",
                day=item.due,
                date=document.date,
            )
            yield Finding(path, item.line, CONTRADICTORY.code, said)
        text = _short(item.text)
        if not item.owners:
            said = say("“{text}” has no owner; write @name", text=text)
            yield Finding(path, item.line, OWNER.code, said)
        if not (item.due or item.due_problem):
            said = say("“{text}” has no due date; write due:2026-12-01", text=text)
            yield Finding(path, item.line, DATE.code, said)


def wrong_boxes(
    path: str, lines: Sequence[str], code: Collection[int], body_line: int, taken: Collection[int]
) -> Iterator[Finding]:
    """Lines of a body that draw no checkbox and were meant to; ``code`` has the positions of those
    inside code, ``taken`` the numbers of action items.
    """
    for position, line in enumerate(lines):
        if not any(sign in line for sign in "[［【") or position in code:
            continue
        match = _BOX.match(line)
        number = position + body_line
        if match is None or number in taken or line[match.end()] in _NO_BOX_BEFORE:
            continue
        mark = "x" if "x" in match["box"].lower() else " "
        edit = Edit(
            match.start("bullet"),
            line[match.start("bullet") : match.end()],
            f"{match['bullet']} [{mark}] ",
        )
        if edit.old != edit.new:
            said = say("“{written}” draws no box; write “{box}”", written=edit.old, box=edit.new)
            yield Finding(path, number, CHECKBOX.code, said, edit)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
