"""A limit of processor time for a piece of work: it finds what never ends, not a busy machine."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


class TooLongError(Exception):
    """The work used up its processor time."""


@contextlib.contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise TooLongError in the block once it has used so much. In the main thread only."""

    def expired(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGPROF, expired)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
