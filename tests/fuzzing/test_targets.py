"""The short form of the campaign: the same few hundred inputs for each target, in every run."""

from __future__ import annotations

import json
from typing import Any

import hypothesis
import pytest

from tests.fuzzing.campaign import RESULTS
from tests.fuzzing.limit import cpu_limit
from tests.fuzzing.targets import CPU_SECONDS, TARGETS, Target

EXAMPLES = 150


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_nothing_but_our_own_errors(target: Target) -> None:
    @hypothesis.settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
    @hypothesis.given(target.inputs)
    def check(given: Any) -> None:
        with cpu_limit(CPU_SECONDS):
            target.check(given)

    check()


def test_the_last_campaign_tried_every_target_and_nothing_failed() -> None:
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert [row["name"] for row in found["targets"]] == [target.name for target in TARGETS]
    assert [row["what"] for row in found["targets"]] == [target.what for target in TARGETS]
    assert all(row["inputs"] > EXAMPLES and row["failures"] == 0 for row in found["targets"])
