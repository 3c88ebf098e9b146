"""``kb themes``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import click

from indexer.cli.filters import parsed_date
from indexer.cli.hits import tell_freshness
from indexer.cli.language import spoken
from indexer.cli.shapes import counted
from indexer.cli.terminal import Session, print_json, printable, shown_path, talk
from indexer.columns import padded
from indexer.message import Message, say
from indexer.practice.themes.finding import TYPES, Choice, Theme, Themes, find_themes
from indexer.practice.themes.passages import LESSON, RETRO, Passage
from indexer.settings import CONTENT

_SHOWN = 8
"""Passages of a theme; JSON has them all."""
ALL_TYPES = "all"


@click.command(
    "themes",
    epilog="""\b
Examples:
  kb themes                                  what came back, most often first
  kb themes --since "6 months ago" -n 3
  kb themes --project billing
  kb themes --type retro --type incident     other document types
  kb themes --type all                       whatever the type
  kb themes --json | jq -r '.themes[].label'

Filters choose among the passages of a theme; how they are grouped does not depend on them. Exit
status: 0 found, 1 nothing came back, 2 an error. The JSON is described in kb/manual/themes.md.""",
)
@click.option(
    "--since",
    metavar="DATE",
    help='Themes that were met from this date on: 2026-03-20, 上个月, "3 months ago".',
)
@click.option("--project", "projects", multiple=True, metavar="WORD", help="Of this project.")
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="WORD",
    help="Group documents of this type; all for every type.  [default: retro and lesson]",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Show at most so many themes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the themes as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    since: str | None,
    projects: tuple[str, ...],
    types: tuple[str, ...],
    limit: int,
    *,
    as_json: bool,
) -> None:
    """Tell what came back: lessons and causes of retros, grouped by meaning over time.

    A theme was met on two occasions at least, in whichever language. Its name is a phrase of its
    own texts; below it stand its passages, with their days and places, and how many of its actions
    are still open.
    """
    session: Session = ctx.obj
    wiki = session.wiki()
    tell_freshness(wiki.refresh())
    chosen = Choice(parsed_date(since) if since else None, projects)
    wanted = () if ALL_TYPES in types else types or TYPES
    found = find_themes(wiki, wanted, chosen)
    shown = found.themes[:limit]
    if as_json:
        print_json({"version": 1, **_counts(found), "themes": [as_data(t) for t in shown]})
    else:
        _print(found, shown, wiki.root)
    ctx.exit(0 if shown else 1)


def _print(found: Themes, shown: Sequence[Theme], root: Path) -> None:
    if found.left_out:
        talk(say("the newest {count:,} passages are grouped", count=found.passages))
    if not found.passages:
        talk(say("no retros and lessons; name other types with --type, or --type all"))
    elif not shown:
        talk(say("nothing came back, in {count} passages", count=found.passages))
    for number, theme in enumerate(shown):
        if number:
            click.echo()
        click.echo(click.style(printable(theme.label), bold=True))
        click.echo(f"  {printable(spoken(summary(theme)))}")
        for passage in theme.members[:_SHOWN]:
            click.echo(f"    {_line(passage, root)}")
        if len(theme.members) > _SHOWN:
            more = say("and {count} more", count=len(theme.members) - _SHOWN)
            click.echo(f"    {spoken(more)}")


def summary(theme: Theme) -> Message:
    """4 retros, 1 lesson since 2026-03-20; 2 actions open, 3 done; came back after the lesson."""
    said = _documents(theme)
    if theme.first:
        said = say("{documents} since {date}", documents=said, date=theme.first.isoformat())
    if theme.documents > len(theme.paths()):
        said = say("{documents}, {count} in all", documents=said, count=theme.documents)
    if theme.open_actions or theme.done_actions:
        count = len(theme.open_actions)
        still = counted(
            count, say("1 action still open"), say("{count} actions still open", count=count)
        )
        said = say(
            "{first}; {second}, {done} done", first=said, second=still, done=theme.done_actions
        )
    if theme.came_back:
        count = len(theme.came_back)
        again = counted(
            count,
            say("met once more after its lesson was written"),
            say("met {count} times more after its lesson was written", count=count),
        )
        said = say("{first}; {second}", first=said, second=again)
    return said


def _documents(theme: Theme) -> Message:
    retros, lessons = len(theme.paths(RETRO)), len(theme.paths(LESSON))
    others = len(theme.paths()) - retros - lessons
    parts = [
        counted(count, one, many)
        for count, one, many in (
            (retros, say("1 retro"), say("{count} retros", count=retros)),
            (lessons, say("1 lesson"), say("{count} lessons", count=lessons)),
            (others, say("1 document"), say("{count} documents", count=others)),
        )
        if count
    ]
    said = parts[0]
    for part in parts[1:]:
        said = say("{first}, {second}", first=said, second=part)
    return said


def _line(passage: Passage, root: Path) -> str:
    day = passage.date.isoformat() if passage.date else ""
    place = f"{shown_path(root / CONTENT / passage.path)}:{passage.line}"
    said = passage.text if passage.cause else passage.title
    heading = f" ({passage.heading})" if passage.heading else ""
    return f"{padded(day, 10)}  {printable(said + heading)}  {printable(place)}"


def _counts(found: Themes) -> dict[str, object]:
    return {
        "passages": found.passages,
        "in_no_theme": found.alone,
        "left_out": found.left_out,
        "without_vector": found.unread,
    }


def as_data(theme: Theme) -> dict[str, object]:
    """A theme, as in every ``--json``."""
    return {
        "label": theme.label,
        "lang": theme.language,
        "first": _day(theme.first),
        "last": _day(theme.last),
        "retros": len(theme.paths(RETRO)),
        "lessons": len(theme.paths(LESSON)),
        "documents": len(theme.paths()),
        "documents_in_all": theme.documents,
        "came_back": list(theme.came_back),
        "actions_done": theme.done_actions,
        "actions_open": [
            {
                "path": path,
                "line": item.line,
                "id": item.id,
                "text": item.text,
                "owners": list(item.owners),
                "due": _day(item.due),
            }
            for path, item in theme.open_actions
        ],
        "passages": [
            {
                "path": passage.path,
                "line": passage.line,
                "anchor": passage.anchor,
                "title": passage.title,
                "heading": passage.heading,
                "type": passage.type,
                "project": passage.project,
                "date": _day(passage.date),
                "text": passage.text,
            }
            for passage in theme.members
        ],
    }


def _day(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
