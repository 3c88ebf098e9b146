"""``kb doctor``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from indexer.cli.language import spoken
from indexer.cli.terminal import Session, print_json, printable, progress_bar, report
from indexer.message import say
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
derived and never touches a Markdown file or the settings. Exit status: 0 nothing spoils answers, or
it was made good, 1 something does, 2 an error.""",
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
        print_json(_as_json(left, mended))
    else:
        _print(left, mended)
    ctx.exit(0 if left.healthy else 1)


def _print(left: Examination, mended: Sequence[Finding]) -> None:
    for finding in mended:
        click.echo(_labelled("mended", finding, "green"))
    for finding in left.findings:
        error = finding.severity is Severity.ERROR
        line = _labelled("error" if error else "warning", finding, "red" if error else "yellow")
        click.echo(f"{line}; {printable(spoken(finding.remedy))}")
    counts = say(
        "{documents} documents in {chunks} chunks, {vectors} with vectors",
        documents=left.counts.documents,
        chunks=left.counts.chunks,
        vectors=left.counts.vectors,
    )
    if left.healthy:
        report(say("{counts}: nothing spoils answers", counts=counts))


def _labelled(kind: str, finding: Finding, colour: str) -> str:
    labels = {"mended": say("mended"), "error": say("error"), "warning": say("warning")}
    label = click.style(spoken(labels[kind]), fg=colour, bold=True)
    return f"{label}: {printable(spoken(finding.message))}"


def _as_json(left: Examination, mended: Sequence[Finding]) -> dict[str, object]:
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
