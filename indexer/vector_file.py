"""A file of vectors as a container: what it was made from, a checksum, and how it is replaced.

One header line of JSON, the body as ``indexer.vector_store`` writes it, and the CRC-32 of both in
the last four bytes. Written beside its place, synced and renamed; refused if a single byte differs
from what was written. It knows neither FAISS nor numpy, so that a run with nothing to do can tell
that a file is good without loading them; and it holds no more than one block in memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from indexer.model import EncoderId

FORMAT = "kb-vectors-2"
BLOCK_BYTES = 1 << 20
CHECKSUM_BYTES = 4
_HEADER_BYTES = 4096

Write = Callable[[bytes], object]


class VectorFileUnusable(Exception):
    """Missing, damaged, or made from something else: the caller makes it again."""


class Origin(NamedTuple):
    """What a file's vectors are: those of one encoder in one generation of one index."""

    identity: str
    generation: int
    encoder: EncoderId

    def precedes(self, other: Origin) -> bool:
        """Whether the other comes from a later generation of the same, or the same one."""
        same = (self.identity, self.encoder) == (other.identity, other.encoder)
        return same and self.generation <= other.generation


def write(
    path: Path, origin: Origin, numbers: Mapping[str, int], body: Callable[[Write], None]
) -> None:
    """Write a file so that a reader sees the old or the new one, never half of one.

    ``numbers`` stand in the header for the reader of the body; ``body`` is called with a function
    that takes its bytes. Raises OSError.
    """
    header = {
        "format": FORMAT,
        "identity": origin.identity,
        "generation": origin.generation,
        "encoder": origin.encoder,
        **numbers,
    }
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with open(handle, "wb") as file:
            checksum = 0

            def put(data: bytes) -> None:
                nonlocal checksum
                checksum = zlib.crc32(data, checksum)
                file.write(data)

            put(json.dumps(header).encode() + b"\n")
            body(put)
            file.write(checksum.to_bytes(CHECKSUM_BYTES, "little"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def opened(
    path: Path, origin: Origin, *, older: bool = False
) -> Iterator[tuple[Mapping[str, Any], BinaryIO]]:
    """The header and the file, at the start of its body. Raises VectorFileUnusable.

    The file must be whole and of this origin; with ``older`` an earlier generation will do. After
    the body come ``CHECKSUM_BYTES`` more.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            header = _header(file)
            found = Origin(header["identity"], header["generation"], header["encoder"])
            if not (found.precedes(origin) if older else found == origin):
                raise VectorFileUnusable(f"{path.name} is of another index or generation")
            start = file.tell()
            _verify(file, path.name)
            file.seek(start)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise VectorFileUnusable(f"{path.name}: {error}") from error
        yield header, file


def is_whole(path: Path, origin: Origin) -> bool:
    """Whether the file is of this origin and as it was written."""
    try:
        with opened(path, origin):
            return True
    except VectorFileUnusable:
        return False


def _header(file: BinaryIO) -> dict[str, Any]:
    header = json.loads(file.readline(_HEADER_BYTES))
    if header["format"] != FORMAT:
        raise VectorFileUnusable("another format")
    fields: dict[str, Any] = header
    return fields


def _verify(file: BinaryIO, name: str) -> None:
    """Read the whole file block by block."""
    left = os.fstat(file.fileno()).st_size - CHECKSUM_BYTES
    block = memoryview(bytearray(BLOCK_BYTES))
    checksum = 0
    file.seek(0)
    while left > 0:
        part = block[: file.readinto(block[:left])]  # type: ignore[attr-defined]  # typeshed lacks it
        if not part:
            break
        checksum = zlib.crc32(part, checksum)
        left -= len(part)
    if left or file.read() != checksum.to_bytes(CHECKSUM_BYTES, "little"):
        raise VectorFileUnusable(f"{name} is damaged")
