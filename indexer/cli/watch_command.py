"""``kb watch``."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click

from indexer.cli import index_command
from indexer.cli.terminal import Session, print_json, progress_bar, talk
from indexer.message import Message, say
from indexer.model import IndexReport
from indexer.watching import Watcher


@click.command(
    "watch",
    epilog="""\b
Examples:
  kb watch
  kb watch --interval 10
  kb watch --json | jq -r '.changed[]'

While it runs, kb search in this wiki asks it and answers many times sooner; the answers are the
same. Stop it with Ctrl-C. Exit status: 0 stopped, 2 an error, for example that another process
watches this wiki.""",
)
@click.option(
    "--interval",
    type=click.FloatRange(0.1, 3600),
    metavar="SECONDS",
    help="Compare files and index so often, events or not.  [default: 10, or 2 without events]",
)
@click.option("--json", "as_json", is_flag=True, help="Print each batch as a line of JSON.")
@click.pass_context
def command(ctx: click.Context, interval: float | None, as_json: bool) -> None:
    """Keep the index up to the files, and answer searches from memory.

    Files that were saved, moved or deleted are brought in by themselves. Model and index stay
    loaded, so that a search takes a tenth of a second.
    """
    session: Session = ctx.obj
    stop = threading.Event()

    def stopping(_number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():  # the second one must not disturb the tidying up
            stop.set()
            raise KeyboardInterrupt  # in the middle of a batch too: what is half done is undone

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopping)
    with progress_bar() as bar:

        def brought_in(report: IndexReport) -> None:
            bar.close()
            if as_json:
                print_json(index_command.report_as_json(report), in_one_line=True)
            else:
                index_command.print_report(report)

        def notice(message: Message) -> None:
            bar.close()
            talk(message)

        watcher = Watcher(session.wiki(), session.cache, brought_in=brought_in, notice=notice)
        try:
            talk(say("watching {root}; stop with Ctrl-C", root=session.root))
            watcher.run(stop, bar, interval)
        except KeyboardInterrupt:
            pass
    talk(say("stopped"))
