"""``kb new``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli import groups, hits
from indexer.cli.language import LANGUAGES, present, spoken
from indexer.cli.output import Output
from indexer.cli.terminal import (
    Session,
    advise,
    print_json,
    printable_lines,
    report,
    shown_path,
    talk,
)
from indexer.document_types import DocumentType
from indexer.errors import IndexMissing, KbError
from indexer.message import say
from indexer.settings import CONTENT

if TYPE_CHECKING:
    from indexer.app import Wiki
    from indexer.practice.lifting import Origin
    from indexer.practice.new_document import NewDocument
    from indexer.practice.seen_before import SeenBefore

_MOST_SEEN = 3  # of each kind


@click.command(
    "new",
    epilog="""\b
Examples:
  kb new retro "Payment retries took the gateway down" --project checkout
  kb new 复盘 支付重试把网关压垮了 --lang zh --owner 运维负责人
  kb new lesson "Rehearse the way back" --from kb/retros/2026-03-20-launch.md
  kb new sop "Release and go live" --print

The types are those of kb types; a label will do as well as a name. The file is named by day and
title and never takes the place of another. Exit status: 0 done, 2 an error, and then nothing was
written. How to write templates is in kb/manual/types.md.""",
)
@click.argument("type_", metavar="TYPE")
@click.argument("title", nargs=-1, required=True)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of the template.  [default: with --from that of FILE, else that of messages]",
)
@click.option("--project", default="", help="The project, for the front matter.")
@click.option("--owner", default="", help="Who answers for the document: a role or a name.")
@click.option(
    "--from",
    "from_",
    metavar="FILE",
    default="",
    help="Make it from this document: take over its sections, project, owner and tags; link both.",
)
@click.option("--no-edit", is_flag=True, help="Do not open the document in $VISUAL or $EDITOR.")
@click.option("--print", "print_", is_flag=True, help="Print the document and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON what was written and found.")
@click.pass_context
def command(
    ctx: click.Context,
    type_: str,
    title: tuple[str, ...],
    lang: str | None,
    project: str,
    owner: str,
    from_: str,
    no_edit: bool,
    print_: bool,
    as_json: bool,
) -> None:
    """Begin a document of TYPE from its template, and show what was learned before.

    TITLE may be several words. What the title has to do with what the team met before is printed
    beside it: past lessons, decisions that stand, open risks, actions that are not done. On a
    terminal the document is then opened in $VISUAL or $EDITOR.
    """
    if print_ and as_json:
        raise click.UsageError(spoken(say("--print and --json exclude each other")))
    from indexer.practice.new_document import Wanted, new_document, type_named, write

    session: Session = ctx.obj
    wiki = session.wiki()
    types = wiki.settings.document_types
    kind = type_named(types, type_)
    origin = _origin(wiki, from_, kind) if from_ else None
    language = lang or (origin.language if origin and origin.language in LANGUAGES else present())
    wanted = Wanted(" ".join(title), language, session.today, owner, project)
    new = new_document(types, kind, wanted, origin)
    if print_:
        click.echo(printable_lines(new.text), nl=not new.text.endswith("\n"))
        return
    seen = _seen_before(wiki, new)  # before it is written: it is not what was met before
    file = write(wiki.root, new)
    if as_json:
        print_json(_as_json(new, seen, session, wiki))
        return
    report(say("written: {path}", path=shown_path(file)))
    if new.linked and new.origin:
        linked = wiki.root / CONTENT / new.origin.document.path
        report(say("linked in: {path}", path=shown_path(linked)))
    if seen:
        click.echo()
        groups.show(seen, session, wiki.settings, groups.Form(_TEXT, False, "", False))
    _edit(file, new, no_edit)


_TEXT = Output(as_json=False, paths=False, null=False)


def _origin(wiki: Wiki, named: str, kind: DocumentType) -> Origin:
    from indexer.named_document import path_named
    from indexer.practice.lifting import read_origin

    return read_origin(wiki.source, wiki.settings, path_named(wiki.source, named), kind)


def _seen_before(wiki: Wiki, new: NewDocument) -> SeenBefore | None:
    """What the title has to do with what is known; None, and why, if nobody can tell."""
    from indexer.practice.seen_before import Group, seen_before

    try:
        freshness = wiki.refresh()
        with wiki.open() as opened:
            found = seen_before(
                opened,
                wiki.source,
                wiki.settings,
                opened.drafted("-", f"# {new.title}\n\n{new.title}\n".encode()),
                limit=_MOST_SEEN,
                exclude={new.origin.document.path} if new.origin else set(),
                gone=freshness.removed,
            )
            if opened.hindrance:
                talk(opened.hindrance)
    except IndexMissing:
        talk(say("there is no index yet, so nothing is known of what was learned before"))
        return None
    except KbError as error:  # the document can be written all the same
        talk(error.message)
        advise(error)
        return None
    hits.tell_freshness(freshness)
    return found._replace(hits={g: held for g, held in found.hits.items() if g is not Group.OTHERS})


def _as_json(
    new: NewDocument, seen: SeenBefore | None, session: Session, wiki: Wiki
) -> dict[str, object]:
    return {
        "version": 1,
        "path": new.path,
        "file": f"{CONTENT}/{new.path}",
        "type": new.type_.name,
        "title": new.title,
        "lang": new.language,
        "from": new.origin.document.path if new.origin else None,
        "linked": bool(new.linked),
        "seen_before": None
        if seen is None
        else groups.as_json(seen, session, wiki.settings, explain=False),
    }


def _edit(file: Path, new: NewDocument, no_edit: bool) -> None:
    """Open the document at its first heading, if a person sits there and wants it."""
    if no_edit or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    if not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        talk(say("to have it opened, set EDITOR, for example: export EDITOR=vim"))
        return
    lines = new.text.split("\n")
    heading = next((n for n, line in enumerate(lines, start=1) if line.startswith("# ")), 1)
    hits.open_in_editor(file, heading)
