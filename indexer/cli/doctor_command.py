"""``kb doctor``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from indexer.cli.language import spoken
from indexer.cli.terminal import Session, print_json, printable, progress_bar, report
from indexer.message import Message, say
from indexer.model import Severity

if TYPE_CHECKING:
    from indexer.doctor import Examination, Finding


@click.command(
    "doctor",
    epilog="""\b
Examples:
  kb doctor                look at everything, change nothing
  kb doctor --fix          make good what can be made good, and look again
  kb doctor --json | jq -r '.findings[].message'

Every page of the database is read, every vector and every file compared. --fix makes anew what is
derived and never touches a Markdown file or the settings: kb doctor looks at the index, kb check at
what the documents say. Exit status: 0 nothing spoils answers, or it was made good, 1 something does,
2 an error.""",
)
@click.option("--fix", is_flag=True, help="Make good what can be made good.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def command(ctx: click.Context, fix: bool, as_json: bool) -> None:
    """Tell what is wrong with the index and what it rests on, and what to do.

    Files, database, words, vectors and vector files are compared with each other; so are the model,
    permissions, what was left behind and the room on the disk.
    """
    from indexer.doctor import Doctor

    session: Session = ctx.obj
    doctor = Doctor(session.wiki(), session.cache)
    found = left = doctor.examine()
    if fix and found.findings:
        with progress_bar() as bar:
            doctor.mend(found, progress=bar, notice=bar.notice)
        left = doctor.examine()
    mended = [finding for finding in found.findings if finding not in left.findings]
    if as_json:
        print_json(doctor_as_json(left, mended))
    else:
        _print(left, mended)
    ctx.exit(0 if left.healthy else 1)


def _print(left: Examination, mended: Sequence[Finding]) -> None:
    for finding in mended:
        label = click.style(spoken(say("mended")), fg="green", bold=True)
        line = say("{label}: {message}", label=label, message=_printable(finding.message))
        click.echo(spoken(line))
    for finding in left.findings:
        label = click.style(spoken(say("warning")), fg="yellow", bold=True)
        if finding.severity is Severity.ERROR:
            label = click.style(spoken(say("error")), fg="red", bold=True)
        line = say(
            "{label}: {message}; {remedy}",
            label=label,
            message=_printable(finding.message),
            remedy=_printable(finding.remedy),
        )
        click.echo(spoken(line))
    counts = say(
        "{documents} documents in {chunks} chunks, {vectors} with vectors",
        documents=left.counts.documents,
        chunks=left.counts.chunks,
        vectors=left.counts.vectors,
    )
    if left.healthy:
        report(say("{counts}: nothing spoils answers", counts=counts))


def _printable(message: Message) -> str:
    return printable(spoken(message))


def doctor_as_json(left: Examination, mended: Sequence[Finding]) -> dict[str, object]:
    """What is left and what was made good, in the documented form."""
    return {
        "version": 1,
        "healthy": left.healthy,
        "documents": left.counts.documents,
        "chunks": left.counts.chunks,
        "vectors": left.counts.vectors,
        "findings": [_finding(f, mended=False) for f in left.findings]
        + [_finding(f, mended=True) for f in mended],
    }


def _finding(finding: Finding, *, mended: bool) -> dict[str, object]:
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "mended": mended,
    }
