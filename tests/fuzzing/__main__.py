"""``python -m tests.fuzzing``: the long form of the campaign, or one input that failed."""

from __future__ import annotations

import argparse
import ast
import random
import sys
from pathlib import Path

from tests.fuzzing import campaign
from tests.fuzzing.targets import TARGETS

_EPILOG = """
Each target gets the same share of the time, in a process of its own: guided by coverage if atheris
is installed (pip install 'kb-wiki[fuzz]'), else by hypothesis alone. The seed is printed; with the
same seed the inputs begin alike. An input that fails is kept in --folder. Exit status: 0 nothing
failed, 1 something did.
"""


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    asked = _parser().parse_args(arguments)
    if asked.again:
        return _again(asked.again)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1, 2**31)
    print(f"seed {seed}")
    found = campaign.run(
        asked.only or [t.name for t in TARGETS], 60 * asked.minutes, seed, asked.folder
    )
    if asked.output:
        campaign.save(found, asked.output)
    return 1 if any(target["failures"] for target in found["targets"]) else 0


def _again(file: Path) -> int:
    """Run the input of a file again, in sight."""
    name = file.name.rpartition("-")[0]
    given = ast.literal_eval(file.read_text(encoding="ascii"))
    next(target for target in TARGETS if target.name == name).check(given)
    print("nothing failed")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzzing",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [target.name for target in TARGETS]
    parser.add_argument("--minutes", type=float, default=60, help="for all targets together")
    parser.add_argument(
        "--only", action="append", choices=names, help="a target; several times for several"
    )
    parser.add_argument("--seed", type=int, help="that of a run to be made again")
    parser.add_argument(
        "--folder", type=Path, default=Path("build/fuzzing"), help="for corpora and failures"
    )
    parser.add_argument("--output", type=Path, help="write the outcome as JSON")
    parser.add_argument("--again", type=Path, metavar="FILE", help="an input that failed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
