"""What several commands share: an option they spell alike, and one thing as a line or as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import click

from indexer.cli.terminal import printable
from indexer.due_dates import NAMES
from indexer.exchange import Mode
from indexer.message import NOTHING, Message, say
from indexer.model import DueDate, Metadata, Problem, Severity, StoredDocument
from indexer.settings import CONTENT
from indexer.standing import Due, due_dates_of, overdue, superseded
from indexer.tracker_links import Tracker, url_of

if TYPE_CHECKING:
    from indexer.practice.actions import Action

CommandFunction = Callable[..., None]
Decorator = Callable[[CommandFunction], CommandFunction]

mode_option = click.option(
    "--mode",
    type=click.Choice([m.value for m in Mode]),
    default=Mode.HYBRID.value,
    show_default=True,
    help="Words and meaning, words alone, or meaning alone.",
)


def with_options(function: CommandFunction, options: Sequence[Decorator]) -> CommandFunction:
    """The function with the options, listed by ``--help`` in this order."""
    for option in reversed(options):
        function = option(function)
    return function


def counted(count: int, one: Message, many: Message) -> Message:
    """The sentence for this number of things."""
    return one if count == 1 else many


def metadata_as_json(meta: Metadata) -> dict[str, object]:
    """What the front matter says, as in every ``--json``."""
    return {
        "title": meta.title,
        "type": meta.type,
        "date": meta.date.isoformat() if meta.date else None,
        "owner": meta.owner,
        "project": meta.project,
        "status": meta.status,
        "tags": list(meta.tags),
    }


def standing_as_json(document: StoredDocument, today: dt.date) -> dict[str, object]:
    """Whether a document still holds and what falls due with it, as in every ``--json``."""
    return {
        "superseded": superseded(document),
        "superseded_by": list(document.successors),
        "due": [
            {"kind": one.kind.value, "day": one.day.isoformat(), "overdue": one.overdue(today)}
            for one in due_dates_of(document)
        ],
    }


def standing_line(document: StoredDocument, today: dt.date) -> Message:
    """That a document no longer holds, or what is overdue with it; nothing if all is well."""
    if document.successors:
        return say("superseded by kb/{path}", path=", kb/".join(document.successors))
    if superseded(document):
        return say("superseded")
    late = [due_line(one, today) for one in overdue(document, today)]
    said = NOTHING
    for one in late:
        said = say("{one}, {other}", one=said, other=one) if said else one
    return said


def due_as_json(due: Due, today: dt.date) -> dict[str, object]:
    """One thing that is due with a document, as in every ``--json``."""
    return {
        "path": due.document.path,
        "title": due.document.metadata.title,
        "owner": due.document.metadata.owner,
        "kind": due.date.kind.value,
        "day": due.date.day.isoformat(),
        "overdue": due.date.overdue(today),
    }


def due_line(due: DueDate, today: dt.date) -> Message:
    """What is due and since when, or by when."""
    if due.overdue(today):
        return say("{what} overdue since {day}", what=NAMES[due.kind], day=due.day)
    return say("{what} due on {day}", what=NAMES[due.kind], day=due.day)


def problem_line(problem: Problem) -> Message:
    """A problem of a document with its place, relative to the wiki's root."""
    return say(
        "kb/{path}:{line}: {severity}: {message} [{code}]",
        path=problem.path,
        line=problem.line,
        severity=say("error") if problem.severity is Severity.ERROR else say("warning"),
        message=problem.message,
        code=problem.code,
    )


def problem_as_json(problem: Problem) -> dict[str, object]:
    """A problem of a document, as in every ``--json``."""
    return {
        "path": problem.path,
        "line": problem.line,
        "severity": problem.severity.value,
        "code": problem.code,
        "message": printable(problem.message),
    }


def action_as_json(
    action: Action, today: dt.date, trackers: Iterable[Tracker]
) -> dict[str, object]:
    """An action, as in every ``--json``."""
    item, meta = action.item, action.document
    return {
        "version": 1,
        "id": item.id,
        "done": item.done,
        "overdue": action.is_overdue(today),
        "due": item.due.isoformat() if item.due else None,
        "due_problem": printable(item.due_problem),
        "text": item.text,
        "owners": list(item.owners),
        "trackers": [{"id": id_, "url": url_of(id_, trackers)} for id_ in item.trackers],
        "path": action.path,
        "file": f"{CONTENT}/{action.path}",
        "line": item.line,
        "title": meta.title,
        "type": meta.type,
        "project": meta.project,
    }
