"""Hits on the terminal: as text, as JSON, as paths, or opened in an editor.

Shared by ``kb search`` and ``kb similar``. The JSON has a version in every hit; its fields are
described in kb/manual/search.md and a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli.language import spoken
from indexer.cli.output import Output, print_paths
from indexer.cli.shapes import metadata_as_json, standing_as_json, standing_line
from indexer.cli.terminal import Session, print_json, printable, shown_path, talk
from indexer.errors import KbError
from indexer.exchange import Answer, Explanation, Hit
from indexer.message import Message, say
from indexer.page_address import page_url
from indexer.settings import CONTENT

if TYPE_CHECKING:
    from indexer.freshness import Freshness
    from indexer.practice.action_tally import Tally

JSON_VERSION = 1


def tell_freshness(freshness: Freshness) -> None:
    """One line if the files are newer than what answered."""
    if not freshness.waiting:
        return
    waiting = say("{count} new or changed files are not in the index yet", count=freshness.waiting)
    if freshness.hindrance:
        waiting = say("{waiting} ({reason})", waiting=waiting, reason=freshness.hindrance)
    talk(say("{waiting}; run: kb index", waiting=waiting))


def show(answer: Answer, session: Session, output: Output, *, explain: bool) -> int:
    """Print the answer; the exit status."""
    root, today = session.root, session.today
    if output.as_json:
        tallies = tallies_of(answer.hits, session)
        print_json(
            [
                hit_as_json(h, tallies.get(h.document.path), today, explain=explain)
                for h in answer.hits
            ]
        )
    elif output.paths:
        print_paths((_file(hit, root) for hit in answer.hits), null=output.null)
    elif output.open_ and answer.hits:
        open_in_editor(_file(answer.hits[0], root), answer.hits[0].line)
    else:
        tallies = tallies_of(answer.hits, session)
        for hit in answer.hits:
            tally = tallies.get(hit.document.path)
            print_hit(hit, session, tally, explain=explain)
    if not answer.hits and not output.as_json:
        talk(say("nothing relevant"))
        if explain and answer.refused:
            talk(answer.refused)
    return 0 if answer.hits else 1


def tallies_of(shown: Sequence[Hit], session: Session) -> Mapping[str, Tally]:
    """How far the actions of the shown documents are."""
    if not shown:
        return {}
    from indexer.practice.action_tally import tallies  # here: other forms of output need none

    documents = {hit.document.path: hit.document.metadata for hit in shown}
    return tallies(session.root, documents, session.today)


def hit_as_json(
    hit: Hit, tally: Tally | None, today: dt.date, *, explain: bool
) -> dict[str, object]:
    """One hit in the documented form."""
    row: dict[str, object] = {
        "version": JSON_VERSION,
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "path": hit.document.path,
        "file": f"{CONTENT}/{hit.document.path}",
        "line": hit.line,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "anchor": hit.chunk.anchor,
        "url": page_url(hit.document.path, hit.chunk.anchor),
        "headings": list(hit.chunk.headings),
        **metadata_as_json(hit.document.metadata),
        **standing_as_json(hit.document, today),
        "passage": hit.passage,
        "highlights": [list(span) for span in hit.highlights],
        "actions": tally_as_json(tally),
    }
    if explain:
        row["explain"] = _explanation_as_json(hit.explanation)
    return row


def tally_as_json(tally: Tally | None) -> dict[str, int] | None:
    """How far actions are, as in every ``--json``; None where there are none."""
    if tally is None:
        return None
    return {"total": tally.total, "done": tally.done, "overdue": tally.overdue}


def open_in_editor(file: Path, line: int) -> None:
    """Open the file in $VISUAL or $EDITOR, at the line where the editor can. Raises KbError."""
    import shlex
    import subprocess

    editor = (os.environ.get("VISUAL") or os.environ.get("EDITOR") or "").strip()
    if not editor:
        raise KbError(say("no editor is set"), say("set EDITOR, for example: export EDITOR=vim"))
    try:
        words = shlex.split(editor)
    except ValueError as error:
        raise KbError(
            say("the editor '{editor}' cannot be understood: {error}", editor=editor, error=error),
            say("check EDITOR"),
        ) from error
    if Path(words[0]).stem in {"code", "codium", "cursor"}:
        words += ["--goto", f"{file}:{line}"]
    else:
        words += [f"+{line}", str(file)]
    try:
        subprocess.run(words, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise KbError(
            say("the editor '{editor}' failed: {error}", editor=editor, error=error),
            say("check EDITOR"),
        ) from error


def _file(hit: Hit, root: Path) -> Path:
    return root / CONTENT / hit.document.path


def print_hit(hit: Hit, session: Session, tally: Tally | None, *, explain: bool) -> None:
    """One hit as text, with an empty line after it."""
    root, today = session.root, session.today
    meta = hit.document.metadata
    facts = [meta.type, meta.date.isoformat() if meta.date else "", meta.owner, meta.status]
    title = click.style(printable(meta.title), bold=True)
    about = click.style(printable(" · ".join(fact for fact in facts if fact)), dim=True)
    anchor = f"#{hit.chunk.anchor}" if hit.chunk.anchor else ""
    place = printable(f"{shown_path(_file(hit, root))}:{hit.line}")
    click.echo(f"{hit.rank:>2}. {title}  {about}".rstrip())
    click.echo(f"    {click.style(place, fg='cyan')}  {printable(anchor)}".rstrip())
    standing = standing_line(hit.document, today)
    if standing:
        click.echo(f"    {click.style(printable(spoken(standing)), fg='yellow')}")
    if hit.passage:
        click.echo(f"    {_highlighted(hit)}")
    if tally:
        colour = "red" if tally.overdue else "green" if not tally.open else None
        click.echo(f"    {click.style(spoken(tally.line()), fg=colour)}")
    if explain:
        click.echo(f"    {_explained(hit.explanation)}")
    click.echo()


def _highlighted(hit: Hit) -> str:
    parts = []
    position = 0
    for start, end in hit.highlights:
        parts.append(printable(hit.passage[position:start]))
        parts.append(click.style(printable(hit.passage[start:end]), fg="yellow", bold=True))
        position = end
    return "".join(parts) + printable(hit.passage[position:])


def _explained(why: Explanation) -> str:
    def lane(name: Message, rank: int | None, score: float | None) -> Message:
        if rank and score is not None:
            return say("{lane} #{rank} {score:.2f}", lane=name, rank=rank, score=score)
        return say("{lane} –", lane=name)

    explained = say(
        "why: {words}, {meaning}; weight of meaning {weight:.2f}, best document holds"
        " {coverage:.0%} of the query; matched: {matched}; by the glossary: {expanded}",
        words=lane(say("words"), why.lexical_rank, why.lexical_score),
        meaning=lane(say("meaning"), why.semantic_rank, why.semantic_score),
        weight=why.semantic_weight,
        coverage=why.coverage,
        matched=" ".join(why.matched) or "–",
        expanded=" ".join(why.expanded) or "–",
    )
    return click.style(printable(spoken(explained)), dim=True)


def _explanation_as_json(why: Explanation) -> dict[str, object]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    return {
        "matched": list(why.matched),
        "expanded": list(why.expanded),
        "lexical": {"rank": why.lexical_rank, "score": rounded(why.lexical_score)},
        "semantic": {"rank": why.semantic_rank, "score": rounded(why.semantic_score)},
        "semantic_weight": rounded(why.semantic_weight),
        "coverage": rounded(why.coverage),
    }
