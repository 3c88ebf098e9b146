"""``kb list``."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from indexer import standing
from indexer.cli.filters import filter_options
from indexer.cli.hits import tell_freshness
from indexer.cli.output import Output, output_options, print_paths
from indexer.cli.shapes import metadata_as_json, standing_as_json
from indexer.cli.terminal import Session, print_json, printable, shown_path, talk
from indexer.columns import columns, padded, shortened
from indexer.exchange import Filters
from indexer.message import say
from indexer.model import StoredDocument
from indexer.settings import CONTENT

_GAP = 2
_LEAST_TITLE = 12  # columns; a narrower terminal cuts the line, not the title
_WIDEST_TITLE = 48  # where nothing is cut, a longer title makes only its own line longer


def _by_date(document: StoredDocument) -> tuple[object, ...]:
    """Newest first, those without a date last."""
    date = document.metadata.date
    return (-date.toordinal() if date else 1, document.path)


def _by_title(document: StoredDocument) -> tuple[object, ...]:
    from indexer.collation import sort_key

    return (sort_key(document.metadata.title), document.path)


def _by_owner(document: StoredDocument) -> tuple[object, ...]:
    from indexer.collation import sort_key

    owner = document.metadata.owner
    return (not owner, sort_key(owner), *_by_date(document))


def _by_path(document: StoredDocument) -> tuple[object, ...]:
    return (document.path,)


_SORTS: dict[str, Callable[[StoredDocument], tuple[object, ...]]] = {
    "date": _by_date,
    "title": _by_title,
    "path": _by_path,
    "owner": _by_owner,
}


@click.command(
    "list",
    epilog="""\b
Examples:
  kb list                          every document, the newest first
  kb list --type retro --since 上个月
  kb list --owner 测试负责人 --status open --sort title
  kb list --tag release --paths -0 | xargs -0 wc -w
  kb list --overdue                what should have been read again, or drilled, by now
  kb list --json | jq '.[].title'

Titles and owners are sorted with numbers by value, then Latin letters, then Chinese by pinyin. On a
terminal lines are cut to its width. Exit status: 0 found, 1 no such document, 2 an error. The JSON
is described in kb/manual/search.md.""",
)
@filter_options
@click.option(
    "--sort",
    type=click.Choice(list(_SORTS)),
    default="date",
    show_default=True,
    help="Order: newest first, or by title, path or owner.",
)
@click.option("--overdue", is_flag=True, help="Only documents with an overdue review or drill.")
@click.option("-n", "--limit", type=click.IntRange(1), help="Show at most so many documents.")
@output_options("Print a JSON list of documents.", opens=False)
@click.pass_context
def command(
    ctx: click.Context,
    filters: Filters,
    sort: str,
    overdue: bool,
    limit: int | None,
    output: Output,
) -> None:
    """List the documents that pass the filters, without a query.

    Changed files are brought in first, as in kb search; a deleted file is never listed.
    """
    session: Session = ctx.obj
    wiki = session.wiki()
    freshness = wiki.refresh()
    with wiki.open() as opened:
        documents = opened.documents(filters, freshness.removed)
    tell_freshness(freshness)
    if overdue:
        documents = [
            document for document in documents if standing.overdue(document, session.today)
        ]
    documents = sorted(documents, key=_SORTS[sort])[:limit]
    _print(documents, session, output)
    ctx.exit(0 if documents else 1)


def _print(documents: Sequence[StoredDocument], session: Session, output: Output) -> None:
    root = session.root
    if output.as_json:
        print_json([_as_json(document, session.today) for document in documents])
    elif output.paths:
        print_paths((root / CONTENT / d.path for d in documents), null=output.null)
    elif documents:
        _print_table([_row(document, root) for document in documents])
    else:
        talk(say("no such document"))


def _as_json(document: StoredDocument, today: dt.date) -> dict[str, object]:
    return {
        "version": 1,
        "path": document.path,
        "file": f"{CONTENT}/{document.path}",
        **metadata_as_json(document.metadata),
        **standing_as_json(document, today),
    }


def _row(document: StoredDocument, root: Path) -> tuple[str, ...]:
    meta = document.metadata
    date = meta.date.isoformat() if meta.date else ""
    path = shown_path(root / CONTENT / document.path)
    return tuple(map(printable, (date, meta.title, meta.type, meta.owner, path)))


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Date, title, type, owner and path; where room is short the titles give way first."""
    room = shutil.get_terminal_size((0, 0)).columns  # 0: no terminal, nothing is cut
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    others = sum(widths) - widths[1] + _GAP * (len(widths) - 1)
    if room:
        widths[1] = min(widths[1], max(_LEAST_TITLE, room - others))
    else:
        widths[1] = min(widths[1], _WIDEST_TITLE)
    for row in rows:
        cells = [row[0], shortened(row[1], widths[1]) if room else row[1], *row[2:]]
        padded_cells = map(padded, cells[:-1], widths)
        line = (" " * _GAP).join((*padded_cells, cells[-1]))
        click.echo(shortened(line, room) if room else line)
