"""``kb model verify``."""

from __future__ import annotations

import click

from indexer.cli.model_shapes import cabinet_of
from indexer.cli.terminal import advise, print_json, printable, report, size_text, talk
from indexer.errors import ModelUnavailable
from indexer.message import NOTHING, say
from indexer.model_cache import PreparedModel


@click.command(
    "verify",
    epilog="""\b
Examples:
  kb model verify
  kb model verify BAAI/bge-m3
  kb model verify --json

Every byte is read and compared with the SHA-256 that was taken when it was written; of the model
that comes with kb its own weights too. Exit status: 0 all are whole, 1 one is not, 2 an error.""",
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Check that the models NAME are as they were written; without NAME all that are prepared."""
    from indexer.model_choice import prepared_models

    cabinet = cabinet_of(ctx.obj)
    models = prepared_models(cabinet, names)
    faults = [(model, cabinet.fault(model)) for model in models]
    if as_json:
        print_json([_as_json(model, fault) for model, fault in faults])
    else:
        for model, fault in faults:
            _print(model, fault)
        if not models:
            talk(say("no model is prepared here"))
    ctx.exit(1 if any(fault for _, fault in faults) else 0)


def _print(model: PreparedModel, fault: ModelUnavailable | None) -> None:
    name = model.manifest.model
    if fault is None:
        report(say("{name}: whole, {size}", name=name, size=size_text(model.bytes)))
    else:
        report(say("{name}: {fault}", name=name, fault=fault.message))
        advise(fault)


def _as_json(model: PreparedModel, fault: ModelUnavailable | None) -> dict[str, object]:
    return {
        "version": 1,
        "name": model.manifest.model,
        "folder": str(model.folder),
        "whole": fault is None,
        "fault": printable(fault.message if fault else NOTHING),
        "remedy": printable(fault.hint if fault else NOTHING),
    }
