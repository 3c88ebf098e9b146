"""``kb status``."""

from __future__ import annotations

import click

from indexer.app import Status
from indexer.cli.shapes import problem_as_json
from indexer.cli.terminal import Session, print_json, printable, shown_path


@click.command(
    "status",
    epilog="""\b
Examples:
  kb status
  kb status --json | jq .waiting""",
)
@click.option("--json", "as_json", is_flag=True, help="Print the state as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Tell what is indexed, which files wait to be, and which documents have problems."""
    session: Session = ctx.obj
    status = session.wiki().status()
    if as_json:
        print_json(_as_json(status))
    else:
        _print(status)


def _print(status: Status) -> None:
    state, changes = status.state, status.changes
    prepared = "" if status.prepared or not state.model else "  (not prepared here: kb index)"
    rows = [
        ("wiki", shown_path(status.root)),
        ("documents", f"{state.documents} in {state.chunks} chunks, {state.vectors} with vectors"),
        ("model", f"{state.model or 'none: words only'}{prepared}"),
        ("generation", str(state.generation)),
        (
            "files",
            f"{len(changes.new)} new, {len(changes.altered)} changed,"
            f" {len(changes.removed)} removed" + ("; run: kb index" if changes else ": up to date"),
        ),
        ("problems", str(len(status.problems))),
    ]
    for name, value in rows:
        click.echo(f"{click.style(f'{name:<11}', bold=True)} {printable(value)}")
    for problem in status.problems:
        click.echo(f"  kb/{printable(str(problem))}")


def _as_json(status: Status) -> dict[str, object]:
    state, changes = status.state, status.changes
    return {
        "version": 1,
        "root": str(status.root),
        "documents": state.documents,
        "chunks": state.chunks,
        "vectors": state.vectors,
        "model": state.model,
        "fingerprint": state.fingerprint,
        "generation": state.generation,
        "waiting": list(changes.waiting),
        "removed": list(changes.removed),
        "problems": [problem_as_json(problem) for problem in status.problems],
    }
