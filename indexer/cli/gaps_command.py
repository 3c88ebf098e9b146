"""``kb gaps``."""

from __future__ import annotations

import click

from indexer.cli.language import spoken
from indexer.cli.shapes import counted
from indexer.cli.terminal import Session, print_json, printable, report, shown_path, talk
from indexer.message import say
from indexer.search_gaps import Gap, SearchGaps, gaps


@click.command(
    "gaps",
    epilog="""\b
Examples:
  kb gaps --on               from now on keep searches that find nothing
  kb gaps                    which they were
  kb gaps --json | jq -r '.gaps[].text'
  kb gaps --clear            forget them
  kb gaps --off

Off until you turn it on, for this wiki, on this machine. Kept are the words and the day, in .kb/ of
the wiki, readable by you alone; never who asked. Searches with filters are not kept: there the
filter may be what found nothing. Exit status: 0 found or done, 1 none, 2 an error. More is said in
kb/manual/themes.md.""",
)
@click.option("--on/--off", "turned", default=None, help="Keep searches that find nothing, or not.")
@click.option("--clear", is_flag=True, help="Forget the searches that were kept.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
def command(ctx: click.Context, turned: bool | None, *, clear: bool, as_json: bool) -> None:
    """Tell what was searched for and not found: what the team should write down next."""
    session: Session = ctx.obj
    wiki = session.wiki()
    kept = SearchGaps(session.data, wiki.root)
    if turned is not None or clear:
        _change(kept, turned, clear=clear)
        return
    found = gaps(kept.read())
    on = kept.are_kept()
    if as_json:
        print_json({"version": 1, "on": on, "gaps": [_as_data(gap) for gap in found]})
    else:
        for gap in found:
            _print(gap)
        if not on:
            talk(say("searches that find nothing are not kept here; to keep them: kb gaps --on"))
        elif not found:
            talk(say("no search has found nothing since that was turned on"))
    ctx.exit(0 if found else 1)


def _change(kept: SearchGaps, turned: bool | None, *, clear: bool) -> None:
    if clear:
        report(say("searches forgotten: {count}", count=kept.clear()))
    if turned:
        kept.turn_on()
        place = shown_path(kept.file)
        report(say("searches that find nothing are kept in {file}, words and day", file=place))
    elif turned is not None:
        kept.turn_off()
        report(say("searches are no longer kept; those there are stay until: kb gaps --clear"))


def _print(gap: Gap) -> None:
    times = counted(gap.times, say("once"), say("{count} times", count=gap.times))
    if gap.first == gap.last:
        said = say("{times}, {day}", times=times, day=gap.last.isoformat())
    else:
        first, last = gap.first.isoformat(), gap.last.isoformat()
        said = say("{times}, {first} to {last}", times=times, first=first, last=last)
    click.echo(f"{click.style(printable(gap.text), bold=True)}  {printable(spoken(said))}")


def _as_data(gap: Gap) -> dict[str, object]:
    return {
        "text": gap.text,
        "count": gap.times,
        "first": gap.first.isoformat(),
        "last": gap.last.isoformat(),
    }
