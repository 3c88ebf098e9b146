"""``kb actions done``."""

from __future__ import annotations

import click

from indexer.cli.terminal import Session, report
from indexer.message import say
from indexer.settings import CONTENT, load_settings
from indexer.source import Source


@click.command(
    "done",
    epilog="""\b
Examples:
  kb actions done 4f7k2m3q
  kb actions done 4f7 kb/retros/2026-03-20-launch.md:62
  kb actions done 4f7k2m3q --reopen

ID is the id that kb actions prints, three or more letters of its beginning, or PATH:LINE. Nothing
but the box of that line is changed, and nothing at all if one of the ids is unknown or stands for
several actions. Exit status: 0 done, 2 an error.""",
)
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--reopen", is_flag=True, help="Clear the box instead of ticking it.")
@click.pass_context
def command(ctx: click.Context, ids: tuple[str, ...], reopen: bool) -> None:
    """Tick the box of an action in its file, or clear it again."""
    from indexer.practice.action_marks import mark, named
    from indexer.practice.actions import read_actions

    session: Session = ctx.obj
    source = Source(session.root)
    actions = list(read_actions(source, load_settings(session.root)))
    for action in [named(actions, id_) for id_ in ids]:
        marked = mark(source, action, done=not reopen)
        place = f"{CONTENT}/{action.path}:{marked.action.item.line}"
        said = say("opened again") if reopen else say("done")
        if not marked.changed:
            said = say("was open already") if reopen else say("was done already")
        report(say("{place}: {state}: {text}", place=place, state=said, text=action.item.text))
