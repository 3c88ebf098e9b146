"""``kb stats``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import click

from indexer.cli.filters import parsed_date
from indexer.cli.hits import tell_freshness
from indexer.cli.language import spoken
from indexer.cli.terminal import Session, print_json, printable, talk
from indexer.columns import columns, padded, shortened
from indexer.message import Message, say
from indexer.practice.kpis import Kpi, Point
from indexer.practice.statistics import AGES, Actions, Statistics, statistics_of
from indexer.practice.themes.finding import Choice
from indexer.practice.themes.passages import RETRO

_BAR = 24  # columns of the longest bar
_WIDEST = 56  # columns of a name
_EIGHTHS = "▏▎▍▌▋▊▉█"
_SHOWN = 8  # causes and themes; JSON has them all


@click.command(
    "stats",
    epilog="""\b
Examples:
  kb stats
  kb stats --since 2026-01-01 --project billing
  kb stats --json | jq .actions

Exit status: 0 told, 1 there is nothing to count, 2 an error. What the numbers mean is said in
kb/manual/themes.md, where the JSON is described too; the site has the same as plots.""",
)
@click.option("--since", metavar="DATE", help="Only documents from this date on.")
@click.option(
    "--project", "projects", multiple=True, metavar="WORD", help="Only documents of this project."
)
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.pass_context
def command(
    ctx: click.Context, since: str | None, projects: tuple[str, ...], *, as_json: bool
) -> None:
    """Tell how retros, causes, recurrence, actions and KPIs stand over time."""
    session: Session = ctx.obj
    wiki = session.wiki()
    tell_freshness(wiki.refresh())
    chosen = Choice(parsed_date(since) if since else None, projects)
    found = statistics_of(wiki, dt.date.today(), chosen)
    if as_json:
        print_json(as_data(found))
    elif found:
        _print(found)
    else:
        talk(say("no retros, lessons, actions or KPIs to count"))
    ctx.exit(0 if found else 1)


def _print(found: Statistics) -> None:
    _bars(say("Retros"), zip(found.periods, found.retros, strict=True))
    _bars(say("Lessons"), zip(found.periods, found.lessons, strict=True))
    causes = ((cause.text, len(cause.paths)) for cause in found.causes)
    _bars(say("Causes as they were written"), causes, most_shown=_SHOWN)
    themes = found.themes.themes if found.themes else ()
    met = ((theme.label, len(theme.paths(RETRO))) for theme in themes)
    _bars(say("What came back, by meaning: retros"), met, most_shown=_SHOWN)
    again = ((theme.label, len(theme.came_back)) for theme in found.came_back)
    _bars(say("Met again after its lesson was written: retros"), again, most_shown=_SHOWN)
    _print_actions(found.actions, found.periods)
    for kpi in found.kpis:
        _print_kpi(kpi)


def _bars(
    heading: Message, rows: Iterable[tuple[str, int]], *, most_shown: int | None = None
) -> None:
    """A line with a bar for each; nothing where all are nought. Rows that are no periods are those
    that count most, without those that are nought.
    """
    listed = [(shortened(printable(name), _WIDEST), count) for name, count in rows]
    most = max((count for _, count in listed), default=0)
    if not most:
        return
    if most_shown is not None:
        listed = sorted((row for row in listed if row[1]), key=lambda row: -row[1])[:most_shown]
    _head(spoken(heading))
    width = max(columns(name) for name, _ in listed)
    for name, count in listed:
        shown = f"{bar(count, most)} {count}".lstrip()
        click.echo(f"  {padded(name, width)}  {shown}")


def _head(text: str) -> None:
    click.echo(click.style(printable(text), bold=True))


def bar(count: float, most: float) -> str:
    """Its share of the longest bar, to an eighth of a column."""
    full, rest = divmod(round(_BAR * 8 * count / most), 8)
    return _EIGHTHS[-1] * full + (_EIGHTHS[rest - 1] if rest else "")


def _print_actions(actions: Actions, periods: tuple[str, ...]) -> None:
    if not actions.all_done + actions.all_open:
        return
    done = say(
        "{done} of {count} actions done, {overdue} overdue",
        done=actions.all_done,
        count=actions.all_done + actions.all_open,
        overdue=actions.overdue,
    )
    _head(spoken(done))
    counts = zip(periods, actions.done, actions.open, strict=True)
    rows = [(name, closed, left) for name, closed, left in counts if closed + left]
    most = max((closed + left for _, closed, left in rows), default=0)
    for name, closed, left in rows:
        rest = "░" * round(_BAR * left / most)
        full = "█" * round(_BAR * closed / most)
        click.echo(f"  {name}  {full}{rest} {closed}/{closed + left}")
    _bars(say("Open actions by age"), zip(age_names(), actions.ages, strict=True))


def age_names() -> list[str]:
    """Of the groups of open actions, the youngest first."""
    names = [say("up to {count} days", count=days) for days in AGES]
    return [spoken(name) for name in (*names, say("older"))]


def _print_kpi(kpi: Kpi) -> None:
    unit = f" ({kpi.unit})" if kpi.unit else ""
    _head(" · ".join(filter(None, (kpi.project, f"{kpi.name}{unit}"))))
    known = [value for p in kpi.points for value in (p.target, p.actual) if value is not None]
    most = max(known, default=0.0)
    width = max(columns(point.period) for point in kpi.points)
    for point in kpi.points:
        shown = bar(max(0.0, point.actual or 0.0), most) if most > 0 else ""
        said = say(
            "{actual} of {target}", actual=_number(point.actual), target=_number(point.target)
        )
        click.echo(
            f"  {padded(printable(point.period), width)}  {shown} {spoken(said)}{_met(kpi, point)}"
        )


def _met(kpi: Kpi, point: Point) -> str:
    met = kpi.met(point)
    if met is None:
        return ""
    return click.style(" ✓", fg="green") if met else click.style(" ✗", fg="red")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def as_data(found: Statistics) -> dict[str, object]:
    """In the form that the manual describes."""
    themes = found.themes.themes if found.themes else ()
    actions = found.actions
    return {
        "version": 1,
        "periods": list(found.periods),
        "retros": list(found.retros),
        "lessons": list(found.lessons),
        "causes": [{"text": cause.text, "paths": list(cause.paths)} for cause in found.causes],
        "themes": [
            {
                "label": theme.label,
                "retros": len(theme.paths(RETRO)),
                "came_back": list(theme.came_back),
            }
            for theme in themes
        ],
        "actions": {
            "done": list(actions.done),
            "open": list(actions.open),
            "open_by_age": [
                {"up_to_days": days, "count": count}
                for days, count in zip((*AGES, None), actions.ages, strict=True)
            ],
            "all_done": actions.all_done,
            "all_open": actions.all_open,
            "overdue": actions.overdue,
        },
        "kpis": [
            {
                "name": kpi.name,
                "project": kpi.project,
                "unit": kpi.unit,
                "values": [{**point._asdict(), "met": kpi.met(point)} for point in kpi.points],
            }
            for kpi in found.kpis
        ],
    }
