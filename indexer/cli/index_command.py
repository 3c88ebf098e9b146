"""``kb index``."""

from __future__ import annotations

import click

from indexer.cli.language import spoken
from indexer.cli.shapes import problem_as_json, problem_line
from indexer.cli.terminal import Session, print_json, progress_bar, talk
from indexer.message import say
from indexer.model import IndexReport, Problem

_SHOWN_PROBLEMS = 20


@click.command(
    "index",
    epilog="""\b
Examples:
  kb index                 index what is new or changed, forget what is gone
  kb index --force         make everything anew, embeddings included
  kb index --json          the report as JSON

A second run embeds nothing; moving a file embeds nothing. Exit status: 0 done, 1 done but some
documents have errors (each is named with path and line), 2 the index could not be made.""",
)
@click.option("--force", is_flag=True, help="Make everything anew, embeddings included.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.pass_context
def command(ctx: click.Context, force: bool, as_json: bool, quiet: bool) -> None:
    """Bring the index up to the files below kb/.

    Only what changed is read; only text that was never embedded is embedded. An interrupted run
    goes on where it stopped. The first run prepares the model, which takes a quarter of a minute.
    """
    session: Session = ctx.obj
    with progress_bar() as bar:
        report = session.wiki().index(force=force, progress=bar, notice=bar.notice)
    if as_json:
        print_json(report_as_json(report))
    else:
        _print_problems(report.problems)
        if not quiet:
            print_report(report)
    ctx.exit(1 if report.errors else 0)


def _print_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems[:_SHOWN_PROBLEMS]:
        talk(problem_line(problem))
    if len(problems) > _SHOWN_PROBLEMS:
        talk(say("… and {count} more problems: kb status", count=len(problems) - _SHOWN_PROBLEMS))


def print_report(report: IndexReport) -> None:
    """The report in a line."""
    counts = say(
        "{added} added, {changed} changed, {removed} removed, {unchanged} unchanged",
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        unchanged=report.unchanged,
    )
    if report.failed:
        failed = spoken(say("{count} failed", count=len(report.failed)))
        counts = say("{counts}, {failed}", counts=counts, failed=click.style(failed, fg="red"))
    lane = say("{count} texts embedded", count=report.embedded)
    if not report.semantic:
        lane = say("words only")
    line = say(
        "{counts}; {lane}; {seconds:.1f} s", counts=counts, lane=lane, seconds=report.seconds
    )
    click.echo(spoken(line))


def report_as_json(report: IndexReport) -> dict[str, object]:
    """The report in the documented form."""
    return {
        "version": 1,
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": report.unchanged,
        "failed": list(report.failed),
        "embedded": report.embedded,
        "seconds": round(report.seconds, 3),
        "generation": report.generation,
        "problems": [problem_as_json(problem) for problem in report.problems],
    }
