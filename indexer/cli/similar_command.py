"""``kb similar``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from indexer.cli import groups, hits
from indexer.cli.language import spoken
from indexer.cli.output import Output, output_options
from indexer.cli.terminal import Session, talk
from indexer.message import say
from indexer.settings import CONTENT

if TYPE_CHECKING:
    from indexer.model import Document
    from indexer.open_wiki import OpenWiki

_MOST_BYTES = 5_000_000  # of what is piped


class _Draft(NamedTuple):
    """What is compared, and the paths of the wiki that belong to it."""

    document: Document
    own: frozenset[str]


@click.command(
    "similar",
    epilog="""\b
Examples:
  kb similar ~/drafts/retro.md -n 3
  kb similar --diff                          what is not committed yet
  kb similar --diff origin/main --format markdown --site https://wiki.example/
  git diff main... | kb similar -

With --diff REV the change is all since the branch left REV. git runs no program that the
repository names. How to put the Markdown under a merge request is in kb/manual/actions.md, the JSON
in kb/manual/search.md.

Exit status: 0 found, 1 nothing similar, 2 an error.""",
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--diff",
    metavar="[REV]",
    is_flag=False,
    flag_value="",
    help="Instead of FILE: what changed in this git repository, since REV or the last commit.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Show at most so many of each kind.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="Text for a terminal, or Markdown for a comment.",
)
@click.option("--site", metavar="URL", default="", help="With Markdown: link to this site's pages.")
@click.option("--explain", is_flag=True, help="Say why each hit stands where it does.")
@output_options("Print what was found as JSON, by kind.", opens=True)
@click.pass_context
def command(
    ctx: click.Context,
    file: Path | None,
    diff: str | None,
    limit: int,
    format_: str,
    site: str,
    explain: bool,
    output: Output,
) -> None:
    """Find what concerns FILE or a change: what the team met before while you write about it now.

    By kind: past lessons and retros, decisions that still stand, open risks, actions that are not
    done, and other documents. FILE is any Markdown file, inside kb/ or not, or - for what is piped,
    which may be a diff; what belongs to it is never listed itself.
    """
    if (file is None) == (diff is None):
        raise click.UsageError(spoken(say("give a FILE or --diff")))
    from indexer.practice.seen_before import seen_before

    session: Session = ctx.obj
    wiki = session.wiki()
    freshness = wiki.refresh()
    with wiki.open() as opened:
        draft = _of_diff(opened, session, diff) if file is None else _of_file(opened, file)
        found = seen_before(
            opened,
            wiki.source,
            wiki.settings,
            draft.document,
            limit=limit,
            exclude=draft.own,
            gone=freshness.removed,
        )
        if opened.hindrance:
            talk(opened.hindrance)
    hits.tell_freshness(freshness)
    form = groups.Form(output, markdown=format_ == "markdown", site=site, explain=explain)
    ctx.exit(groups.show(found, session, wiki.settings, form))


def _of_file(opened: OpenWiki, file: Path) -> _Draft:
    if str(file) == "-":
        return _piped(opened)
    document, path = opened.draft(file)
    return _Draft(document, frozenset({path} if path else ()))


def _piped(opened: OpenWiki) -> _Draft:
    from indexer.practice.diff_text import as_markdown, changed_files

    content = sys.stdin.buffer.read(_MOST_BYTES)
    if content.startswith(b"diff --git "):
        changed = list(changed_files(content.decode("utf-8", "replace")))
        content = as_markdown(changed).encode()
    return _Draft(opened.drafted("-", content), frozenset())


def _of_diff(opened: OpenWiki, session: Session, diff: str | None) -> _Draft:
    from indexer.practice.repository_diff import repository_diff

    change = repository_diff(Path.cwd(), diff or "")
    content = (session.root / CONTENT).resolve()
    inside = (f.resolve() for f in change.files)
    own = (f.relative_to(content).as_posix() for f in inside if f.is_relative_to(content))
    return _Draft(opened.drafted("diff", change.text.encode()), frozenset(own))
