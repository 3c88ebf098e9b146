"""``kb status``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import click

from indexer.app import Status
from indexer.cli.language import spoken
from indexer.cli.shapes import due_as_json, due_line, problem_as_json, problem_line
from indexer.cli.terminal import Session, print_json, printable, shown_path
from indexer.columns import columns, padded
from indexer.freshness import Difference
from indexer.message import Message, say
from indexer.standing import Due, waiting

_SHOWN = 10
"""Due things that are named one by one; JSON has them all."""


@click.command(
    "status",
    epilog="""\b
Examples:
  kb status
  kb status --json | jq .waiting""",
)
@click.option("--json", "as_json", is_flag=True, help="Print the state as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Tell what is indexed, which files wait to be, and which documents have problems."""
    session: Session = ctx.obj
    status = session.wiki().status()
    due = waiting(status.dated, session.today)
    if as_json:
        print_json(_as_json(status, due, session.today))
    else:
        _print(status, due, session.today)


def _print(status: Status, waits: Sequence[Due], today: dt.date) -> None:
    state, counts = status.state, status.counts
    content = say(
        "{documents} in {chunks} chunks, {vectors} with vectors",
        documents=counts.documents,
        chunks=counts.chunks,
        vectors=counts.vectors,
    )
    left_out = say(
        "{ignored} by ignore rules, {drafts} drafts",
        ignored=len(status.ignored),
        drafts=counts.drafts,
    )
    rows = [
        (say("wiki"), shown_path(status.root)),
        (say("documents"), spoken(content)),
        (say("model"), _model(status)),
        (say("generation"), str(state.generation)),
        (say("files"), spoken(_changes(status.changes))),
        *([(say("left out"), spoken(left_out))] if status.ignored or counts.drafts else []),
        *([(say("due"), spoken(_due(waits, today)))] if waits else []),
        (say("problems"), str(len(status.problems))),
    ]
    labels = [spoken(label) for label, _ in rows]
    column = max(map(columns, labels)) + 1
    for label, (_, value) in zip(labels, rows, strict=True):
        click.echo(f"{click.style(padded(label, column), bold=True)} {printable(value)}")
    for due in waits[:_SHOWN]:
        click.echo(f"  {printable(spoken(_due_line(due, today)))}")
    if len(waits) > _SHOWN:
        click.echo(f"  {spoken(say('and {count} more', count=len(waits) - _SHOWN))}")
    for problem in status.problems:
        click.echo(f"  {printable(spoken(problem_line(problem)))}")


def _due(waits: Sequence[Due], today: dt.date) -> Message:
    late = sum(due.date.overdue(today) for due in waits)
    return say("{late} overdue, {soon} soon", late=late, soon=len(waits) - late)


def _due_line(due: Due, today: dt.date) -> Message:
    what = due_line(due.date, today)
    return say("kb/{path}: {what}", path=due.document.path, what=what)


def _model(status: Status) -> str:
    name = status.state.model
    if not name:
        return spoken(say("none: words only"))
    if status.prepared:
        return name
    return spoken(say("{model}  (not prepared here: kb index)", model=name))


def _changes(changes: Difference) -> Message:
    counts = say(
        "{new} new, {changed} changed, {removed} removed",
        new=len(changes.new),
        changed=len(changes.altered),
        removed=len(changes.removed),
    )
    if changes:
        return say("{counts}; run: kb index", counts=counts)
    return say("{counts}: up to date", counts=counts)


def _as_json(status: Status, waits: Sequence[Due], today: dt.date) -> dict[str, object]:
    state, counts, changes = status.state, status.counts, status.changes
    return {
        "version": 1,
        "root": str(status.root),
        "documents": counts.documents,
        "chunks": counts.chunks,
        "vectors": counts.vectors,
        "model": state.model,
        "fingerprint": state.fingerprint,
        "generation": state.generation,
        "waiting": list(changes.waiting),
        "removed": list(changes.removed),
        "ignored": list(status.ignored),
        "drafts": counts.drafts,
        "due": [due_as_json(due, today) for due in waits],
        "problems": [problem_as_json(problem) for problem in status.problems],
    }
