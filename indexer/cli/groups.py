"""What concerns a draft, by kind: as text, as Markdown for a comment, or as JSON.

In Markdown what comes from documents is escaped, and a name pings nobody. The JSON is described in
kb/manual/search.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import click

from indexer.action_lines import escaped
from indexer.cli import hits
from indexer.cli.language import spoken
from indexer.cli.output import Output, print_paths
from indexer.cli.shapes import action_as_json
from indexer.cli.terminal import Session, print_json, printable, shown_path, talk
from indexer.exchange import Hit
from indexer.message import say
from indexer.page_address import page_url
from indexer.practice.actions import Action
from indexer.practice.seen_before import Group, SeenBefore
from indexer.settings import CONTENT, Settings

if TYPE_CHECKING:
    from indexer.practice.action_tally import Tally

JSON_VERSION = 1

_HEADINGS = {
    Group.LESSONS: say("Past lessons and retros"),
    Group.DECISIONS: say("Decisions that stand"),
    Group.RISKS: say("Open risks"),
    Group.ACTIONS: say("Actions not done"),
    Group.OTHERS: say("Other documents"),
}
_LONGEST_PASSAGE = 240  # characters in a comment


class Form(NamedTuple):
    """In which form it is wanted; ``site`` is the address that links in Markdown begin with."""

    output: Output
    markdown: bool
    site: str
    explain: bool


def show(found: SeenBefore, session: Session, settings: Settings, form: Form) -> int:
    """Print what was found; the exit status."""
    shown = [hit for group in Group for hit in found.hits.get(group, ())]
    files = [session.root / CONTENT / hit.document.path for hit in shown]
    if form.output.as_json:
        print_json(as_json(found, session, settings, explain=form.explain))
    elif form.output.paths:
        print_paths(files, null=form.output.null)
    elif form.output.open_ and shown:
        hits.open_in_editor(files[0], shown[0].line)
    elif form.markdown:
        click.echo("\n".join(_markdown(found, session, form.site)), nl=bool(found))
    else:
        _print(found, session, explain=form.explain)
    if not found and not form.output.as_json:
        talk(say("nothing relevant"))
        if form.explain and found.refused:
            talk(found.refused)
    return 0 if found else 1


def as_json(
    found: SeenBefore, session: Session, settings: Settings, *, explain: bool
) -> dict[str, object]:
    """All of it in the documented form."""
    tallies = hits.tallies_of(_all(found), session)
    rows: dict[str, object] = {"version": JSON_VERSION}
    for group in Group:
        rows[group.value] = [
            hits.hit_as_json(hit, tallies.get(hit.document.path), session.today, explain=explain)
            for hit in found.hits.get(group, ())
        ]
    rows[Group.ACTIONS.value] = [
        action_as_json(action, session.today, settings.trackers) for action in found.actions
    ]
    return rows


def _all(found: SeenBefore) -> list[Hit]:
    return [hit for group in found.hits.values() for hit in group]


def _print(found: SeenBefore, session: Session, *, explain: bool) -> None:
    tallies = hits.tallies_of(_all(found), session)
    for group in Group:
        members = found.hits.get(group, ())
        if members or (group is Group.ACTIONS and found.actions):
            click.echo(click.style(spoken(_HEADINGS[group]), bold=True, underline=True) + "\n")
        for hit in members:
            hits.print_hit(hit, session, tallies.get(hit.document.path), explain=explain)
        if group is Group.ACTIONS and found.actions:
            for action in found.actions:
                _print_action(action, session)
            click.echo()


def _print_action(action: Action, session: Session) -> None:
    item = action.item
    due = item.due.isoformat() if item.due else ""
    facts = [due, *(f"@{owner}" for owner in item.owners)]
    place = f"{shown_path(session.root / CONTENT / action.path)}:{item.line}"
    colour = "red" if action.is_overdue(session.today) else None
    about = printable(" ".join(filter(None, facts)))
    click.echo(
        f"    {printable(item.text)}" + (f"  {click.style(about, fg=colour)}" if about else "")
    )
    click.echo(f"    {click.style(printable(place), fg='cyan')}  {item.id}")


def _markdown(found: SeenBefore, session: Session, site: str) -> Iterator[str]:
    if not found:
        return
    tallies = hits.tallies_of(_all(found), session)
    yield f"### {spoken(say('Seen before'))}"
    for group in Group:
        members = found.hits.get(group, ())
        actions = found.actions if group is Group.ACTIONS else ()
        if members or actions:
            yield f"\n**{spoken(_HEADINGS[group])}**\n"
        for hit in members:
            yield from _hit_lines(hit, tallies.get(hit.document.path), site)
        for action in actions:
            yield _action_line(action, session, site)


def _hit_lines(hit: Hit, tally: Tally | None, site: str) -> Iterator[str]:
    meta = hit.document.metadata
    place = _place(hit.document.path, hit.chunk.anchor, meta.title, site)
    facts = [place, meta.date.isoformat() if meta.date else "", _safe(meta.status)]
    if tally:
        facts.append(spoken(tally.line()))
    yield "- " + " · ".join(filter(None, facts))
    if hit.passage:
        yield f"  > {_safe(hit.passage[:_LONGEST_PASSAGE])}"


def _action_line(action: Action, session: Session, site: str) -> str:
    item = action.item
    due = item.due.isoformat() if item.due else ""
    late = f"**{spoken(say('overdue'))}**" if action.is_overdue(session.today) else ""
    owners = ", ".join(f"`{owner}`" for owner in item.owners)
    place = _place(action.path, "", action.document.title, site)
    facts = [_safe(item.text), owners, " ".join(filter(None, (due, late))), place]
    return "- [ ] " + " · ".join(filter(None, facts))


def _place(path: str, anchor: str, title: str, site: str) -> str:
    """A link where there is a site, else the title and the path."""
    if not site:
        return f"{_safe(title)} (`{CONTENT}/{path.replace('`', '')}`)"
    url = quote(page_url(path, anchor), safe="/#")
    return f"[{_safe(title)}](<{site.rstrip('/')}/{url}>)"


def _safe(text: str) -> str:
    """A text as Markdown that shows it; a name in it is no mention."""
    return escaped(text).replace("&#64;", "&#64;&#8203;")
