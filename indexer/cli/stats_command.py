"""``kb stats``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

import click

from indexer.cli.filters import parsed_date
from indexer.cli.hits import tell_freshness
from indexer.cli.language import spoken
from indexer.cli.shapes import counted
from indexer.cli.terminal import Session, print_json, printable, talk
from indexer.columns import columns, padded
from indexer.message import Message, say
from indexer.practice.statistics import AGES, Kpi, Statistics, statistics
from indexer.practice.themes.finding import Choice, Theme
from indexer.practice.themes.passages import RETRO

_BAR = 24  # columns of the longest bar
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SHOWN = 8  # causes and themes; JSON has them all


@click.command(
    "stats",
    epilog="""\b
Examples:
  kb stats
  kb stats --since 2026-01-01 --project billing
  kb stats --json | jq '.actions'

Exit status: 0 told, 1 there is nothing to count, 2 an error. What the numbers mean, and the JSON,
is described in kb/manual/themes.md; the site has the same as plots.""",
)
@click.option("--since", metavar="DATE", help="Documents from this date on.")
@click.option("--project", "projects", multiple=True, metavar="WORD", help="Of this project.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.pass_context
def command(
    ctx: click.Context, since: str | None, projects: tuple[str, ...], *, as_json: bool
) -> None:
    """Tell how retros, causes, recurrence, actions and goals stand over time."""
    session: Session = ctx.obj
    wiki = session.wiki()
    tell_freshness(wiki.refresh())
    chosen = Choice(parsed_date(since) if since else None, projects)
    found = statistics(wiki, dt.date.today(), chosen)
    there = bool(found.periods or found.kpis or found.actions.all_done or found.actions.all_open)
    if as_json:
        print_json(as_data(found))
    elif there:
        _print(found)
    else:
        talk(say("no retros, lessons, actions or goals to count"))
    ctx.exit(0 if there else 1)


def _print(found: Statistics) -> None:
    _bars(say("Retros"), zip(found.periods, found.retros, strict=True))
    _bars(say("Lessons"), zip(found.periods, found.lessons, strict=True))
    _bars(say("Causes, as they were written"), [(c.text, len(c.paths)) for c in found.causes])
    themes = found.themes.themes if found.themes else ()
    _bars(say("Causes and lessons by meaning: retros"), [(t.label, _retros(t)) for t in themes])
    back = [(theme.label, len(theme.came_back)) for theme in found.came_back]
    _bars(say("Met again after a lesson was written: retros"), back)
    _print_actions(found)
    for name, kpis in groupby(found.kpis, key=lambda kpi: kpi.name):
        _print_kpi(name, list(kpis))


def _retros(theme: Theme) -> int:
    return len(theme.paths(RETRO))


def _heading(message: Message) -> None:
    click.echo(click.style(printable(spoken(message)), bold=True))


def _bars(heading: Message, rows: object) -> None:
    """A line for each; nothing where all are nought."""
    listed = [(printable(name), count) for name, count in rows][:_limit(rows)]  # type: ignore
