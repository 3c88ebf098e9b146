"""For broken wikis: many documents indexed once, and a command that permissions hold back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Kb


@pytest.fixture(scope="session")
def kb_in(kb_command: list[str], kb_environment: Mapping[str, str]) -> Kb:
    """The real command, for fixtures that live longer than a test: ``kb_in(root, "index")``."""

    def run(
        root: Path, *args: str, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, *kb_command, *args],
            cwd=root,
            env=dict(kb_environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=240,
        )

    return run


@pytest.fixture(scope="session")
def bound_by_permissions() -> tuple[str, ...]:
    """What to put before a command so that file permissions hold for it, whoever runs the tests."""
    if os.geteuid() != 0:
        return ()
    tool = shutil.which("setpriv")
    if tool is None:
        pytest.skip("root obeys no permission, and there is no setpriv to make it")
    prefix = (tool, "--bounding-set=-dac_override,-dac_read_search")
    if subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        pytest.skip("setpriv may not drop capabilities here")
    return prefix
