"""The long form: every target for its share of the time, what came of it as JSON."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fuzzing.targets import TARGETS

RESULTS = Path(__file__).with_name("results.json")
_LIBRARIES = ("atheris", "hypothesis", "PyYAML")


def run(names: Sequence[str], seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """Fuzz the targets one after the other; see ``RESULTS`` for the form of what is returned."""
    began = time.monotonic()
    rows = []
    for target in (target for target in TARGETS if target.name in names):
        counter = folder / f"{target.name}.inputs"
        counter.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.fuzzing.guided", target.name]
        command += [str(seconds / len(names)), str(seed), str(folder)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        inputs = int(counter.read_text()) if counter.exists() else 0
        row = {
            "name": target.name,
            "what": target.what,
            "inputs": inputs,
            "failures": int(done.returncode != 0),
        }
        print(f"{target.name}: {inputs:,} inputs, {row['failures']} failures", flush=True)
        if done.returncode:
            print(done.stderr[-4000:], file=sys.stderr, flush=True)
        rows.append(row)
    return {
        "targets": rows,
        "seconds": round(time.monotonic() - began),
        "seed": seed,
        "versions": {"python": platform.python_version(), **_versions()},
    }


def save(found: dict[str, Any], file: Path) -> None:
    """Write the outcome."""
    file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"written: {file}")


def _versions() -> dict[str, str]:
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            found[library] = ""
    return found
