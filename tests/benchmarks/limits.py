"""What the machine can do at best, measured: memory, arithmetic, page cache, disk, start.

Every probe takes the best of some tries, since a limit is what nothing disturbed. The probes run
in a process of their own (``processes.aside``): they take memory.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.outcome import Json
from tests.benchmarks.spread import significant

_TRIES = 5
_BLOCK = 64 * 2**20
"""Bytes of a file that is read or written: more than the caches of a processor core."""
_ROWS, _DIMENSION = 200_000, 384
"""A matrix of 307 MB, larger than any cache, in the shape of an index."""
_TOKENS, _WIDTH = 4096, 1536
"""A batch of tokens through the widest layer of MiniLM."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and operations a second; a multiplication with its addition is two operations."""

    memory_read: float
    float32: float
    int8: float
    cached_read: float
    disk_write: float

    def as_json(self) -> Json:
        return {name: significant(value) for name, value in asdict(self).items()}


def probe(folder: Path) -> Limits:
    """Measure all; ``folder`` is where files would be written."""
    return Limits(
        memory_read=_memory_read(),
        float32=_float32(),
        int8=_int8(),
        cached_read=_cached_read(folder),
        disk_write=_disk_write(folder),
    )


def scan_seconds(folder: Path) -> float:
    """To list every file below a folder and ask for its size and time, and nothing else."""

    def scan() -> None:
        waiting = [str(folder)]
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        entry.stat()

    return _best(scan)


def _best(work: Callable[[], object]) -> float:
    """Seconds of the quickest try, after one that warms up."""
    work()
    seconds = []
    for _ in range(_TRIES):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def _memory_read() -> float:
    """A matrix times a vector touches every byte once: with the threads of numpy's BLAS."""
    import numpy as np

    matrix = np.ones((_ROWS, _DIMENSION), np.float32)
    vector = np.ones(_DIMENSION, np.float32)
    return matrix.nbytes / _best(lambda: matrix @ vector)


def _float32() -> float:
    import numpy as np

    left = np.ones((_TOKENS, _DIMENSION), np.float32)
    right = np.ones((_DIMENSION, _WIDTH), np.float32)
    return 2 * _TOKENS * _DIMENSION * _WIDTH / _best(lambda: left @ right)


def _int8() -> float:
    """ONNX Runtime's own kernel for whole numbers, one product of matrices and nothing around."""
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [_TOKENS, _DIMENSION])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [_TOKENS, _WIDTH])],
        [
            helper.make_tensor(
                "b", TensorProto.INT8, [_DIMENSION, _WIDTH], np.ones(_DIMENSION * _WIDTH, np.int8)
            )
        ],
    )
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=9)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    left = {"a": np.ones((_TOKENS, _DIMENSION), np.uint8)}
    return 2 * _TOKENS * _DIMENSION * _WIDTH / _best(lambda: session.run(None, left))


def _cached_read(folder: Path) -> float:
    """A file that the system has in memory already, copied into the process."""
    file = folder / "probe"
    file.write_bytes(bytes(_BLOCK))
    target = bytearray(_BLOCK)

    def read() -> None:
        with open(file, "rb", buffering=0) as opened:
            opened.readinto(target)

    seconds = _best(read)
    file.unlink()
    return _BLOCK / seconds


def _disk_write(folder: Path) -> float:
    """A file written and synced."""
    file, content = folder / "probe", bytes(_BLOCK)

    def write() -> None:
        with open(file, "wb", buffering=0) as opened:
            opened.write(content)
            os.fsync(opened.fileno())

    seconds = _best(write)
    file.unlink()
    return _BLOCK / seconds
