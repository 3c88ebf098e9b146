"""``kb actions``: the list, and the group of what can be done with an action."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli.language import spoken
from indexer.cli.lazy_group import LazyGroup
from indexer.cli.shapes import action_as_json
from indexer.cli.terminal import Session, print_json, printable, shown_path, talk
from indexer.columns import columns, padded, shortened
from indexer.message import say
from indexer.settings import CONTENT, load_settings
from indexer.source import Source
from indexer.tracker_links import url_of

if TYPE_CHECKING:
    from indexer.dates import Period
    from indexer.practice.actions import Action
    from indexer.settings import Settings

_GAP = "  "
_TEXT = 2  # the column that gives way
_LEAST_TEXT = 16  # columns
_WIDEST_TEXT = 60  # where nothing is cut, a longer text makes only its own line longer


@click.group(
    "actions",
    cls=LazyGroup,
    summaries={"done": say("tick an action in its file, or open it again")},
    within="actions_",
    invoke_without_command=True,
    epilog="""\b
Examples:
  kb actions                          what is open, by due date
  kb actions --owner me --due "this week"
  kb actions --due 本周 --owner 测试负责人
  kb actions --overdue --project checkout
  kb actions --all --json | jq '.[] | select(.due == null)'
  kb actions done 4f7k2m3q

\b
An action is a line such as this one in any document:
  - [ ] rehearse the rollback @release-manager due:2026-12-01 #PC-123

How to write one is in kb/manual/actions.md, and the JSON. "me" stands for what git config kb.owner
says, or else user.name. Exit status: 0 found, 1 no such action, 2 an error.""",
)
@click.option(
    "--owner", "owners", multiple=True, metavar="NAME", help='Only of this owner; "me" for yours.'
)
@click.option(
    "--project", "projects", multiple=True, metavar="WORD", help="Only of this project's documents."
)
@click.option("--overdue", is_flag=True, help="Only those that were due before today.")
@click.option(
    "--due", metavar="DATE", help='Only those due then: "this week", 下周, 2026-12, "next 14 days".'
)
@click.option("--done", is_flag=True, help="Those that are done instead of those that are open.")
@click.option("--all", "all_", is_flag=True, help="Open and done.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of actions.")
@click.pass_context
def command(
    ctx: click.Context,
    owners: tuple[str, ...],
    projects: tuple[str, ...],
    overdue: bool,
    due: str | None,
    done: bool,
    all_: bool,
    as_json: bool,
) -> None:
    """List the actions of all documents by due date, straight from the files.

    Give a filter several times for "any of these". Names agree whatever their case, spaces, hyphens
    and dots.
    """
    if ctx.invoked_subcommand is not None:
        return
    if done and all_:
        raise click.UsageError(spoken(say("--done and --all exclude each other")))
    from indexer.cli.person import owners_meant
    from indexer.practice import actions

    session: Session = ctx.obj
    today = dt.date.today()
    wanted = actions.Wanted(
        owners=owners_meant(owners, session.root),
        projects=projects,
        due=_period(due, today) if due else None,
        overdue=overdue,
        state=actions.State.ALL if all_ else actions.State.DONE if done else actions.State.OPEN,
    )
    settings = load_settings(session.root)
    found = actions.chosen(actions.read_actions(Source(session.root), settings), wanted, today)
    if as_json:
        print_json([action_as_json(action, today, settings.trackers) for action in found])
    elif found:
        _print_table(found, session.root, settings, today)
    else:
        talk(say("no such action"))
    ctx.exit(0 if found else 1)


def _period(text: str, today: dt.date) -> Period:
    from indexer.dates import parse_period

    return parse_period(text, today, ahead=True)


def _print_table(found: Sequence[Action], root: Path, settings: Settings, today: dt.date) -> None:
    """Id, due date, text, owners with tracker ids, and place; where room is short the texts give
    way.
    """
    rows = [_row(action, root) for action in found]
    room = shutil.get_terminal_size((0, 0)).columns  # 0: no terminal, nothing is cut
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    others = sum(widths) - widths[_TEXT] + len(_GAP) * (len(widths) - 1)
    widest = max(_LEAST_TEXT, room - others) if room else _WIDEST_TEXT
    widths[_TEXT] = min(widths[_TEXT], widest)
    for action, row in zip(found, rows, strict=True):
        id_, due, text, about, place = map(padded, row, widths)
        if room:
            text = padded(shortened(row[_TEXT], widest), widths[_TEXT])
        if action.item.done:
            text = click.style(text, dim=True)
        cells = (id_, _styled_due(due, action, today), text, _linked(about, action, settings))
        click.echo(_GAP.join((*cells, click.style(place.rstrip(), fg="cyan"))))


def _row(action: Action, root: Path) -> tuple[str, ...]:
    item = action.item
    due = item.due.isoformat() if item.due else "?" if item.due_problem else "–"
    names = [f"@{owner}" for owner in item.owners] + [_marked(id_) for id_ in item.trackers]
    place = f"{shown_path(root / CONTENT / action.path)}:{item.line}"
    box = "[x] " if item.done else ""
    return tuple(map(printable, (item.id, due, box + item.text, " ".join(names), place)))


def _styled_due(shown: str, action: Action, today: dt.date) -> str:
    if action.is_overdue(today):
        return click.style(shown, fg="red", bold=True)
    if action.item.due_problem or action.item.due == today:
        return click.style(shown, fg="yellow")
    return shown


def _linked(shown: str, action: Action, settings: Settings) -> str:
    """The cell with its ids as links, on a terminal that shows styles at all."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return shown
    for id_ in action.item.trackers:
        url = url_of(id_, settings.trackers)
        if url:
            link = f"\033]8;;{url}\033\\{_marked(id_)}\033]8;;\033\\"
            shown = shown.replace(_marked(id_), link, 1)
    return shown


def _marked(id_: str) -> str:
    """A tracker's id as it is written in a text."""
    return id_ if "#" in id_ else f"#{id_}"
