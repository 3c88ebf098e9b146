"""One target for some time, in a process of its own: ``python -m tests.fuzzing.guided TARGET …``.

With atheris it is guided by the branches that an input reaches (``indexer`` is instrumented before
it is imported); without, hypothesis alone chooses. The first input that fails is kept and ends it.
A file tells how many it took.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
from hypothesis.strategies import SearchStrategy

if TYPE_CHECKING:  # imported where it can be instrumented
    from tests.fuzzing.targets import Target

AGAIN = "python -m tests.fuzzing --again {file}"
_COUNTED = 50
_BUILT = b"\x80"  # the first byte of an input from here on: hypothesis builds the rest
_SEEDS, _LONGEST = 200, 4096  # inputs to begin with, bytes of the longest
_BATCH = 2000  # inputs of hypothesis between two looks at the clock


def main(name: str, seconds: float, seed: int, folder: Path) -> None:
    """Ends with status 1 after an input that failed, which is then below ``folder``."""
    guided = importlib.util.find_spec("atheris") is not None
    if guided:
        import atheris

        with atheris.instrument_imports(include=["indexer"], enable_loader_override=False):
            from tests.fuzzing.targets import TARGETS
    else:
        from tests.fuzzing.targets import TARGETS
    from tests.fuzzing.limit import cpu_limit
    from tests.fuzzing.targets import CPU_SECONDS

    target = next(target for target in TARGETS if target.name == name)
    done = 0

    folder.mkdir(parents=True, exist_ok=True)

    def once(given: Any) -> None:
        nonlocal done
        done += 1
        if done % _COUNTED == 0:  # atheris leaves without a word
            counter(folder, name).write_text(str(done))
        try:
            with cpu_limit(CPU_SECONDS):
                target.check(given)
        except Exception:
            counter(folder, name).write_text(str(done))
            keep(folder, name, given)
            raise

    if guided:
        _with_atheris(once, target, seconds, seed, folder / "corpus" / name)
    else:
        _with_hypothesis(once, target.inputs, seconds, seed)


def keep(folder: Path, name: str, given: Any) -> None:
    """Write an input that failed as a Python literal, and say how to run it again."""
    text = repr(given)
    file = folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.txt"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="ascii", errors="backslashreplace")
    print(f"failed: {file}\n  {AGAIN.format(file=file)}", file=sys.stderr, flush=True)


def counter(folder: Path, name: str) -> Path:
    """The file that tells how many inputs the target took."""
    return folder / f"{name}.inputs"


def _with_atheris(
    once: Callable[[Any], None], target: Target, seconds: float, seed: int, corpus: Path
) -> None:
    """Inputs of two makes: bytes as coverage shapes them, and what hypothesis builds of bytes."""
    import atheris

    from tests.fuzzing import material
    from tests.fuzzing.targets import request_line, response_line

    handle: Any = hypothesis.given(target.inputs)(once)
    built = handle.hypothesis.fuzz_one_input

    def one(data: bytes) -> None:
        if data[:1] < _BUILT:
            once(target.raw(data[1:]))
        else:
            built(data[1:])

    corpus.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    for number in range(_SEEDS):  # hypothesis makes nothing of too few bytes
        length = chance.randrange(50, _LONGEST)
        (corpus / f"built-{number}").write_bytes(_BUILT + chance.randbytes(length))
        words = "".join(chance.choices(material.PIECES, k=chance.randrange(1, 60)))
        (corpus / f"raw-{number}").write_bytes(b"\0" + words.encode(errors="replace"))
    for number, line in enumerate((request_line(), response_line())):
        (corpus / f"line-{number}").write_bytes(b"\0" + line)
    dictionary = corpus.parent / f"{target.name}.dict"
    entries = (piece.encode(errors="replace") for piece in material.PIECES if len(piece) < 30)
    dictionary.write_text("".join(f'"{_escaped(entry)}"\n' for entry in entries if entry))
    flags = [
        f"-max_total_time={int(seconds)}",
        f"-seed={seed}",
        f"-max_len={_LONGEST}",
        "-len_control=0",
        "-rss_limit_mb=2048",
        f"-dict={dictionary}",
        f"-artifact_prefix={corpus.parent.parent}/raw-",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], one)
    atheris.Fuzz()  # never comes back


def _escaped(entry: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in entry)


def _with_hypothesis(
    once: Callable[[Any], None], inputs: SearchStrategy[Any], seconds: float, seed: int
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        given = hypothesis.seed(seed)(hypothesis.given(inputs)(once))
        hypothesis.settings(
            max_examples=_BATCH,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )(given)()
        seed += 1


if __name__ == "__main__":
    os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
