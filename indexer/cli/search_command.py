"""``kb search``."""

from __future__ import annotations

import re

import click

from indexer.cli import hits
from indexer.cli.filters import filter_options
from indexer.cli.output import Output, output_options
from indexer.cli.shapes import mode_option
from indexer.cli.terminal import Session, talk
from indexer.errors import KbError
from indexer.exchange import Filters, Mode, Request, Response
from indexer.message import say

_EXCLUDED_WORD = re.compile(r"-(?!n\d+$)[^\W\d_].+|-[^\x00-\x7f].*|-\".*", re.DOTALL)


class _QueryCommand(click.Command):
    """Takes ``-word`` for a word that must not occur, where click would see options ``-w -o …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        excluded = [arg for arg in args[:end] if _EXCLUDED_WORD.fullmatch(arg)]
        options = [arg for arg in args[:end] if not _EXCLUDED_WORD.fullmatch(arg)]
        return super().parse_args(ctx, [*options, "--", *args[end + 1 :], *excluded])


@click.command(
    "search",
    cls=_QueryCommand,
    epilog="""\b
Examples:
  kb search "launch delay"
  kb search 上线 延期 --type retro --since "6 months ago"
  kb search '"exact phrase" rollback -billing'
  kb search "who approves a release" --mode semantic --explain
  kb search rollback --paths | xargs grep -n rehearse
  kb search "certificate expired" --json | jq '.[0].file'

"exact phrase" must stand in the document, -word must not. Filters hold before the best are
chosen; give one several times for "any of these". Exit status: 0 found, 1 nothing relevant,
2 an error. The JSON is described in kb/manual/search.md.""",
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Show at most so many documents.",
)
@filter_options
@mode_option
@click.option("--explain", is_flag=True, help="Say why each hit stands where it does.")
@output_options("Print a JSON list of hits.", opens=True)
@click.pass_context
def command(
    ctx: click.Context,
    query: tuple[str, ...],
    limit: int,
    filters: Filters,
    mode: str,
    explain: bool,
    output: Output,
) -> None:
    """Find the documents that answer QUERY, best first, each with its best passage.

    Words and meaning are weighed against each other by how well the words alone reach. Changed
    files are brought in first; a deleted file is never shown. When nothing relevant is there, that
    is the answer.
    """
    session: Session = ctx.obj
    request = Request(" ".join(query), limit, filters, Mode(mode))
    response = _of_the_watcher(session, request) or session.wiki().search(request)
    answer, freshness, hindrance = response
    if hindrance:
        talk(hindrance)
    hits.tell_freshness(freshness)
    for correction in answer.corrections:
        talk(
            say(
                "searched for '{meant}' instead of '{typed}'",
                meant=correction.meant,
                typed=correction.typed,
            )
        )
    for expansion in answer.expansions if explain else ():
        names = ", ".join(expansion.names)
        talk(say("glossary: {typed} = {names}", typed=expansion.typed, names=names))
    if not answer.hits and not filters:
        _keep(session, request.text)
    ctx.exit(hits.show(answer, session, output, explain=explain))


def _keep(session: Session, text: str) -> None:
    """Among the searches that found nothing, if the user wants that."""
    import datetime as dt

    from indexer.search_gaps import SearchGaps  # here: most searches find something

    try:
        SearchGaps(session.data, session.root).record(text, dt.date.today())
    except KbError as error:  # the answer is no worse for it
        talk(error.message)


def _of_the_watcher(session: Session, request: Request) -> Response | None:
    """The response of the process that watches this wiki, if one does and can be trusted."""
    from indexer.warm import client, place

    try:
        return client.ask(place.socket_path(session.cache, session.root), session.root, request)
    except place.Untrusted as error:
        talk(say("{path} is not yours alone: not asked", path=error))
        return None
