"""``kb types``."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from indexer.cli.language import present
from indexer.cli.terminal import Session, advise, print_json, printable, talk
from indexer.columns import columns, padded, shortened
from indexer.document_types import DocumentType, in_language
from indexer.errors import IndexMissing, SettingsError
from indexer.exchange import Filters
from indexer.message import say
from indexer.settings import CONTENT
from indexer.type_table import LANGUAGES

if TYPE_CHECKING:
    from indexer.app import Wiki

_GAP = 2


class _Row(NamedTuple):
    """``documents`` is None without an index; ``fault`` is what is wrong with a further file."""

    type_: DocumentType
    folders: tuple[str, ...]
    documents: int | None
    fault: SettingsError | None


@click.command(
    "types",
    epilog="""\b
Examples:
  kb types
  kb types --json | jq '.[] | select(.documents == 0) | .name'

How to add a type or change one is in kb/manual/types.md. Exit status: 0 done, 1 the schema or a
template of a type cannot be used, 2 an error.""",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of types.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the document types: name, label, folders, documents and required sections.

    Each is a folder in site_config/types, whose files are all looked at; those that come with kb
    are there without one.
    """
    session: Session = ctx.obj
    wiki = session.wiki()
    rows = _rows(wiki)
    if as_json:
        print_json([_as_json(row) for row in rows])
    else:
        _print(rows)
    for row in rows:
        if row.fault:
            talk(row.fault.message)
            advise(row.fault)
    ctx.exit(1 if any(row.fault for row in rows) else 0)


def _rows(wiki: Wiki) -> list[_Row]:
    counts = _counts(wiki)
    found = []
    for name, type_ in wiki.settings.document_types.items():
        folders = tuple(f for f, held in wiki.settings.types.items() if held == name)
        documents = None if counts is None else counts[name]
        found.append(_Row(type_, folders, documents, _fault(type_)))
    return found


def _counts(wiki: Wiki) -> Mapping[str, int] | None:
    try:
        freshness = wiki.refresh()
        with wiki.open() as opened:
            documents = opened.documents(Filters(), freshness.removed)
    except IndexMissing:
        talk(say("there is no index yet, so documents are not counted; run: kb index"))
        return None
    return Counter(document.metadata.type for document in documents)


def _fault(type_: DocumentType) -> SettingsError | None:
    from indexer.document_schema import read_rules
    from indexer.document_template import read_template

    try:
        read_rules(type_)
        for language in LANGUAGES:
            read_template(type_, language)
    except SettingsError as error:
        return error
    return None


def _as_json(row: _Row) -> dict[str, object]:
    type_ = row.type_
    return {
        "version": 1,
        "name": type_.name,
        "label": dict(type_.label),
        "plural": dict(type_.plural),
        "about": dict(type_.about),
        "folders": [f"{CONTENT}/{folder}" for folder in row.folders],
        "sections": [{**s.names, "also": list(s.also)} for s in type_.sections],
        "made_from": list(type_.origin.types) if type_.origin else [],
        "files": str(type_.place),
        "documents": row.documents,
        "problem": printable(row.fault.message) if row.fault else "",
    }


def _print(rows: Sequence[_Row]) -> None:
    language = present()
    table = [
        (
            row.type_.name,
            row.type_.labelled(language),
            " ".join(f"{CONTENT}/{folder}/" for folder in row.folders),
            "–" if row.documents is None else str(row.documents),
            " · ".join(section.name(language) for section in row.type_.sections)
            or in_language(row.type_.about, language),
        )
        for row in rows
    ]
    cells = [tuple(map(printable, line)) for line in table]
    widths = [max(columns(line[n]) for line in cells) for n in range(4)]
    most = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for name, label, folders, documents, sections in cells:
        start = (" " * _GAP).join(
            (
                padded(name, widths[0]),
                padded(label, widths[1]),
                padded(folders, widths[2]),
                padded(documents, widths[3], before=True),
            )
        )
        rest = most - columns(start) - _GAP
        shown = shortened(sections, max(rest, 0)) if most else sections
        click.echo(
            f"{click.style(start[: len(name)], bold=True)}{start[len(name) :]}  {shown}".rstrip()
        )
