"""A real ``kb watch`` in a process of its own."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from indexer.warm.place import socket_path

SECONDS = 60.0
"""Longer than any of this takes."""

Watching = Callable[..., AbstractContextManager[subprocess.Popen[str]]]


@pytest.fixture
def watching(kb_command: list[str], kb_environment: Mapping[str, str], cache_dir: Path) -> Watching:
    """``with watching(root) as process:`` searches of that wiki are answered by the process.

    ``before`` is put in front of the command.
    """

    @contextlib.contextmanager
    def watch(
        root: Path, *options: str, interval: str = "0.1", before: tuple[str, ...] = ()
    ) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [*before, *kb_command, "watch", "--interval", interval, *options],
            cwd=root,
            env=dict(kb_environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            until(lambda: socket_path(cache_dir, root).exists() or process.poll() is not None)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            process.communicate(timeout=SECONDS)

    return watch


def until(happened: Callable[[], object]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
