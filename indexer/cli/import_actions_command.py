"""``kb import actions``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli.language import spoken
from indexer.cli.terminal import Session, print_json, printable, progress_bar, report, talk
from indexer.message import say
from indexer.settings import CONTENT, load_settings
from indexer.source import Source

if TYPE_CHECKING:
    from indexer.model import Progress
    from indexer.practice.importing.plan import LineChange, Plan
    from indexer.practice.importing.rows import RowProblem, RowReader, TrackerItem
    from indexer.practice.importing.table import Table

_SHOWN = 20  # changes, unless all are wanted


@click.command(
    "actions",
    epilog="""\b
Examples:
  kb import actions jira.csv                       what would change
  kb import actions jira.csv --write
  kb import actions 任务.csv --mapping worktile --into kb/actions/任务.md --write
  kb import actions list.csv --mapping ours.toml --json | jq '.new[].after'

An item is known by its id, such as #PC-123, wherever it stands in the wiki: then its box and its
due date follow the tracker. Every other item becomes a line in the file of --into; running it again
adds nothing twice. UTF-8, UTF-16 and GBK are read, separated by commas, semicolons or tabs. How to
write a mapping is in kb/manual/actions.md.

Exit status: 0 every row was used, 1 some could not be, 2 an error.""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    metavar="PATH",
    help="Markdown file below kb/ for new items.  [default: kb/actions/MAPPING.md]",
)
@click.option(
    "--mapping",
    default="auto",
    show_default=True,
    metavar="NAME|FILE",
    help="Which columns say what: jira, pingcode, worktile, or a TOML file.",
)
@click.option("--write", is_flag=True, help="Write what the plan shows.")
@click.option("--dry-run", is_flag=True, help="Only show the plan, as without --write.")
@click.option("--verbose", "-v", is_flag=True, help="Show every change.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    into: str | None,
    mapping: str,
    write: bool,
    dry_run: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Bring the items of a tracker's CSV export into the wiki, or up to date.

    Without --write nothing is written: the plan is shown.
    """
    if write and dry_run:
        raise click.UsageError(spoken(say("--write and --dry-run exclude each other")))
    from indexer.practice.importing.columns import columns_for
    from indexer.practice.importing.plan import make_plan
    from indexer.practice.importing.rows import RowReader
    from indexer.practice.importing.table import Table
    from indexer.practice.importing.writing import checked_place, write_plan

    session: Session = ctx.obj
    source = Source(session.root)
    table = Table(file)
    columns = columns_for(table.header, mapping)
    place = checked_place(source, into or f"actions/{columns.name}.md")
    reader = RowReader(columns, table.header)
    title = spoken(say("Actions from {tracker}", tracker=columns.name))
    with progress_bar() as bar:
        items = _items(table, reader, bar)
        plan = make_plan(source, load_settings(session.root), items, place, title)
        if write:
            write_plan(source, plan, bar)
    problems = sorted([*reader.problems, *plan.problems])
    if as_json:
        print_json(plan_as_json(plan, problems, written=write))
    else:
        _tell(plan, problems, file, written=write, limit=None if verbose else _SHOWN)
    ctx.exit(1 if any(problem.skipped for problem in problems) else 0)


def _items(table: Table, reader: RowReader, progress: Progress) -> Iterator[TrackerItem]:
    for row in table.rows(lambda done: progress("rows", done, table.size)):
        item = reader.read(row)
        if item:
            yield item


def plan_as_json(plan: Plan, problems: list[RowProblem], *, written: bool) -> dict[str, object]:
    """The plan in the documented form."""
    return {
        "version": 1,
        "written": written,
        "new": [_change_as_json(change) for change in plan.new],
        "changed": [_change_as_json(change) for change in plan.changed],
        "unchanged": plan.unchanged,
        "problems": [
            {"row": p.row, "message": printable(p.message), "skipped": p.skipped} for p in problems
        ],
    }


def _change_as_json(change: LineChange) -> dict[str, object]:
    return {
        "id": change.id,
        "file": f"{CONTENT}/{change.path}",
        "line": change.line,
        "before": change.before,
        "after": change.after,
    }


def _tell(
    plan: Plan, problems: list[RowProblem], file: Path, *, written: bool, limit: int | None
) -> None:
    for change in plan.new[:limit]:
        click.echo(click.style(f"+ {_place(change)} {printable(change.after)}", fg="green"))
    _tell_more(len(plan.new), limit)
    for change in plan.changed[:limit]:
        click.echo(click.style(f"- {_place(change)} {printable(change.before)}", fg="red"))
        click.echo(click.style(f"+ {_place(change)} {printable(change.after)}", fg="green"))
    _tell_more(len(plan.changed), limit)
    for problem in problems[:limit]:
        talk(say("{file}:{row}: {problem}", file=file, row=problem.row, problem=problem.message))
    report(
        say(
            "{new} new, {changed} changed, {unchanged} as they were; {left} rows left out",
            new=len(plan.new),
            changed=len(plan.changed),
            unchanged=plan.unchanged,
            left=sum(problem.skipped for problem in problems),
        )
    )
    if not written and plan.edits:
        talk(say("nothing was written; write it with --write"))


def _tell_more(count: int, limit: int | None) -> None:
    if limit is not None and count > limit:
        report(say("… and {count} more; --verbose shows them", count=count - limit))


def _place(change: LineChange) -> str:
    return printable(f"{CONTENT}/{change.path}:{change.line}:")
