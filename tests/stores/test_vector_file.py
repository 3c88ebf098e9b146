"""A file of vectors is whole, of this index and generation, or refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from indexer import vector_file
from indexer.chunk_ids import BITS
from indexer.vector_file import Origin, VectorFileUnusable
from indexer.vector_store import FaissVectorStore
from tests.stores.vector_rows import ORIGIN, Choose, built, flat, lists
from tests.stores.vector_store_contract import random_rows


@pytest.fixture(params=[flat, lists])
def saved(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    choose: Choose = request.param
    file = tmp_path / "vectors.faiss"
    built(*random_rows(4, dimension=4), choose).save(file, ORIGIN)
    return file


def _refused(file: Path) -> bool:
    """By those who look at it, and by those who read it."""
    try:
        FaissVectorStore.load(file, ORIGIN)
    except VectorFileUnusable:
        return True
    finally:
        whole = vector_file.is_whole(file, ORIGIN)
    assert whole
    return False


def test_what_was_saved_is_accepted(saved: Path) -> None:
    assert not _refused(saved)


def test_no_file_is_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path / "none.faiss")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path)


@pytest.mark.parametrize(
    "other",
    [
        ORIGIN._replace(identity="fedcba9876543210"),
        ORIGIN._replace(generation=8),
        ORIGIN._replace(encoder="int8-another"),
    ],
)
def test_another_origin_is_refused(saved: Path, other: Origin) -> None:
    with pytest.raises(VectorFileUnusable, match="of another index or generation"):
        FaissVectorStore.load(saved, other)
    assert not vector_file.is_whole(saved, other)


@pytest.mark.parametrize(
    ("origin", "accepted"),
    [
        (ORIGIN, True),
        (ORIGIN._replace(generation=8), True),
        (ORIGIN._replace(generation=800), True),
        (ORIGIN._replace(generation=6), False),  # of a later one: SQLite was put back
        (ORIGIN._replace(generation=8, encoder="int8-another"), False),
        (ORIGIN._replace(generation=8, identity="fedcba9876543210"), False),
    ],
)
def test_an_older_one_is_accepted_where_it_will_do(
    saved: Path, origin: Origin, accepted: bool
) -> None:
    try:
        assert len(FaissVectorStore.load(saved, origin, older=True)) == 4
    except VectorFileUnusable:
        assert not accepted
    else:
        assert accepted


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_every_flipped_byte_is_refused(saved: Path, flip: int) -> None:
    whole = saved.read_bytes()
    assert len(whole) > 4 * 8 + 4 * 4
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= flip
        saved.write_bytes(damaged)
        assert _refused(saved), position


def test_every_half_written_file_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in range(len(whole)):
        saved.write_bytes(whole[:length])
        assert _refused(saved)
    saved.write_bytes(whole + b"\0")
    assert _refused(saved)


@pytest.mark.parametrize(
    "header",
    [
        *(b"[]\n", b"null\n", b"{}\n", b"7\n", b"\xff\n", b"\n", b"[" * 4000 + b"\n", b"x" * 5000),
        b'{"format": "kb-vectors-1", "generation": 7}\n',
        b'{"format": "kb-vectors-2"}\n',
    ],
)
def test_a_foreign_file_is_refused(tmp_path: Path, header: bytes) -> None:
    file = tmp_path / "vectors.faiss"
    file.write_bytes(_sealed(header + b"body"))
    assert _refused(file)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("rows", (0, 1, 3, 5, 400, 10**13, 10**30, -1, -8, "x", None, 2.5)),
        ("lists", (1, 3, -4, "x", None)),
        ("laid_out_for", ("x", None)),
        ("added", ("x", None)),
    ],
)
def test_a_header_that_does_not_fit_the_body_is_refused(
    saved: Path, field: str, values: tuple[object, ...]
) -> None:
    """Though the checksum is right."""
    header, _, rest = saved.read_bytes().partition(b"\n")
    for value in values:
        fields = json.loads(header) | {field: value}
        saved.write_bytes(_sealed(json.dumps(fields).encode() + b"\n" + rest[:-4]))
        with pytest.raises(VectorFileUnusable):
            FaissVectorStore.load(saved, ORIGIN)


def test_a_body_that_is_not_of_faiss_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    start = whole.index(b"\n") + 1 + 4 * 8
    for body in (b"", b"garbage", b"IxFI" + bytes(3), whole[start:-4][:-1]):
        saved.write_bytes(_sealed(whole[:start] + body))
        with pytest.raises(VectorFileUnusable):
            FaissVectorStore.load(saved, ORIGIN)


def _sealed(content: bytes) -> bytes:
    return content + zlib.crc32(content).to_bytes(4, "little")


def test_a_failed_write_leaves_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()

    def fail(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space"):
        built(*random_rows(9), flat).save(saved, ORIGIN)
    assert saved.read_bytes() == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_in_the_middle_of_the_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAISS writes through us, so that the system's error comes through it."""
    monkeypatch.setattr(vector_file, "BLOCK_BYTES", 1 << 10)
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr("tempfile.mkstemp", lambda **_: (full, str(tmp_path / "t.tmp")))
    with pytest.raises(OSError, match="No space left"):
        built(*random_rows(5000), flat).save(tmp_path / "vectors.faiss", ORIGIN)
    assert list(tmp_path.iterdir()) == []


_LOAD = """
import sys
from pathlib import Path
import numpy, faiss
from indexer.vector_file import Origin
from indexer.vector_store import FaissVectorStore
def peak():
    return 1024 * int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = peak()
store = FaissVectorStore.load(Path(sys.argv[1]), Origin(sys.argv[2], int(sys.argv[3]), sys.argv[4]))
assert len(store)
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no count of its peak memory")
def test_loading_keeps_no_second_copy(tmp_path: Path) -> None:
    file = tmp_path / "vectors.faiss"
    vectors = np.random.default_rng(3).normal(size=(60_000, 256)).astype(np.float32)
    built(np.arange(1, 60_001) << BITS, vectors, flat).save(file, ORIGIN)
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(file), *map(str, ORIGIN)],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    size = file.stat().st_size
    assert size > 60_000_000
    assert 0.8 * size < int(done.stdout) < 1.3 * size
