"""All cases of the campaign by name, and how often each is tried in the short and the long form."""

from __future__ import annotations

from typing import NamedTuple

from tests.faults import byte_flips, clock, crowd, disk, failing_io, held, kills
from tests.faults.outcome import Case


class Entry(NamedTuple):
    """A case, and how often it is tried; ``short`` 0 leaves it to the long form."""

    run: Case
    short: int
    long: int


CATALOGUE = {
    "killed-index": Entry(kills.index_runs, 3, 150),
    "killed-watch": Entry(kills.watchers, 3, 150),
    "crowd": Entry(crowd.indexers_and_searchers, 6, 60),
    "byte-flips-database": Entry(byte_flips.database, 12, 200),
    "byte-flips-vectors": Entry(byte_flips.vectors, 8, 400),
    "failing-writes": Entry(failing_io.writes, 15, 400),
    "file-size-limit": Entry(disk.file_size_limit, 3, 60),
    "full-disk": Entry(disk.full_disk, 3, 60),
    "read-only": Entry(disk.read_only, 1, 5),
    "permission-lost": Entry(disk.permission_lost, 2, 30),
    "clock-set-back": Entry(clock.set_back, 6, 60),
    "database-locked": Entry(held.for_three_seconds, 1, 5),
    "database-locked-long": Entry(held.for_thirty_seconds, 0, 3),
    "database-locked-alone": Entry(held.alone, 1, 3),
}
