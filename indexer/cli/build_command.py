"""``kb build``."""

from __future__ import annotations

import time
from pathlib import Path

import click

from indexer.cli.language import spoken
from indexer.cli.terminal import Session, printable, progress_bar, report, shown_path
from indexer.message import say


@click.command(
    "build",
    epilog="""\b
Examples:
  kb build                     into site/ beside kb/
  kb build -o /srv/www/wiki
  kb build --strict            for a pipeline: whatever is wrong ends it
  kb build --pages build/kb    Markdown with the generated pages, for zensical

Open index.html of the folder through a web server, or run kb serve to look at it while you write.
Exit status: 0 built, 1 built but with --strict something is wrong, 2 it could not be built.""",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the site is written.  [default: site/ in the wiki]",
)
@click.option(
    "--pages",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write Markdown with the generated pages instead, into an empty DIR.",
)
@click.option("--strict", is_flag=True, help="Fail if a document has an error or a broken link.")
@click.pass_context
def command(ctx: click.Context, output: Path | None, pages: Path | None, strict: bool) -> None:
    """Build the site: pages for every document, type, tag, owner and project, with search.

    The index is brought up to the files first. What was in the folder before is replaced.
    """
    from indexer.site_build import OUTPUT, SiteBuilder

    session: Session = ctx.obj
    started = time.monotonic()
    if output and pages:
        raise click.UsageError(spoken(say("--output and --pages exclude each other")))
    folder = pages or output or session.root / OUTPUT
    with progress_bar() as bar:

        def warned(warning: str) -> None:
            bar.close()
            click.echo(printable(warning), err=True)

        builder = SiteBuilder(session.root, session.cache, progress=bar, warned=warned)
        built = builder.write_pages(pages) if pages else builder.build(folder)
    said = say(
        "{count} pages in {folder}; {seconds:.1f} s",
        count=built.pages,
        folder=shown_path(folder),
        seconds=time.monotonic() - started,
    )
    report(said)
    ctx.exit(1 if strict and built.warnings else 0)
