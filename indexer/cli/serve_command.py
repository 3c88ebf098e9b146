"""``kb serve``."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

import click

from indexer.cli import index_command
from indexer.cli.terminal import Session, printable, progress_bar, report, talk
from indexer.message import Message, say
from indexer.model import IndexReport

if TYPE_CHECKING:
    from indexer.site_build import SiteReport


@click.command(
    "serve",
    epilog="""\b
Examples:
  kb serve
  kb serve --port 8080

Only this machine can reach the site. Meanwhile kb search asks this process and answers many times
sooner, as with kb watch. Stop it with Ctrl-C. Exit status: 0 stopped, 2 an error.""",
)
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port on the loopback; 0 takes any that is free.",
)
@click.pass_context
def command(ctx: click.Context, port: int) -> None:
    """Show the site while you write: what is saved is on the page a moment later.

    Files that were saved, moved or deleted are brought into the index and into the site by
    themselves, and pages that are open load themselves anew.
    """
    from indexer.site_preview import Preview

    session: Session = ctx.obj
    stop = threading.Event()

    def stopping(_number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():  # the second one must not disturb the tidying up
            stop.set()
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopping)
    with progress_bar() as bar:

        def brought_in(done: IndexReport) -> None:
            bar.close()
            index_command.print_report(done)

        def built(done: SiteReport, url: str) -> None:
            bar.close()
            report(say("{count} pages drawn: {url}", count=done.pages, url=url))

        def warned(warning: str) -> None:
            bar.close()
            click.echo(printable(warning), err=True)

        def notice(message: Message) -> None:
            bar.notice(message)

        preview = Preview(
            session.wiki(),
            session.cache,
            port,
            brought_in=brought_in,
            built=built,
            notice=notice,
            warned=warned,
            progress=bar,
        )
        try:
            talk(say("serving {root}; stop with Ctrl-C", root=session.root))
            preview.run(stop)
        except KeyboardInterrupt:
            pass
    talk(say("stopped"))
