from __future__ import annotations

import importlib
import json
import sys
import threading
from pathlib import Path

import pytest

from tests.benchmarks import profiles
from tests.benchmarks.floors import Network, network_of
from tests.benchmarks.page_words import WORDS
from tests.benchmarks.profiles import ORDER, rows
from tests.benchmarks.stages import STAGES, StageClock, place_of
from tests.benchmarks.workplace import Given, Workplace
from tests.conftest import Wiki

TARGETS = [target for targets in STAGES.values() for target in targets]


class _Hands:
    """A clock's hands that the test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_an_inner_stage_stops_the_clock_of_the_outer_one() -> None:
    hands = _Hands()
    clock = StageClock(hands)

    def pass_time(seconds: float) -> None:
        hands.at += seconds

    inner = clock.timed("inner", lambda: pass_time(5))

    def work() -> None:
        pass_time(1)
        inner()
        pass_time(2)

    pass_time(10)
    clock.timed("outer", work)()
    inner()
    assert clock.stop() == {"rest": 10, "outer": 3, "inner": 10}
    assert clock.stop() == {"rest": 0}


def test_a_stage_that_fails_gives_the_clock_back() -> None:
    hands = _Hands()
    clock = StageClock(hands)

    def fail() -> None:
        hands.at += 1
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  # the test's own
        clock.timed("failing", fail)()
    hands.at += 2
    assert clock.stop() == {"rest": 2, "failing": 1}


def test_another_thread_does_not_move_the_hands() -> None:
    hands = _Hands()
    clock = StageClock(hands)

    def elsewhere() -> None:
        hands.at += 4

    thread = threading.Thread(target=clock.timed("elsewhere", elsewhere))
    thread.start()
    thread.join()
    assert clock.stop() == {"rest": 4}


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_stage_names_is_there(target: str) -> None:
    importlib.import_module(target.partition(":")[0])
    owner, name = place_of(target)
    assert callable(getattr(owner, name))


def test_what_a_stage_names_and_is_gone_is_said() -> None:
    assert "indexer.source" in sys.modules
    with pytest.raises(LookupError, match=r"indexer.source:Source.sweep is not there"):
        place_of("indexer.source:Source.sweep")


@pytest.mark.parametrize("language", WORDS)
def test_every_stage_has_a_name(language: str) -> None:
    assert set(WORDS[language].stages) == set(ORDER)


def test_a_real_search_is_clocked_from_start_to_end(
    wiki: Wiki, cache_dir: Path, tmp_path: Path
) -> None:
    root = wiki({"retros/a.md": "# Rollback\n\nNobody had rehearsed the rollback."})
    place = Workplace(tmp_path, Given(cache_dir))
    profiles.of_command(place, root, "index", "--quiet")
    found = profiles.of_command(place, root, "search", "rollback")
    parts = found.whole
    expected = {"start", "import-kb", "import-click", "scan", "sqlite", "words-lane", "passages"}
    assert expected <= set(parts)
    assert not {"network", "embed-query"} & set(parts)  # a wiki without a model
    assert all(seconds >= 0 for seconds in parts.values())
    assert sum(parts.values()) == pytest.approx(found.seconds, rel=0.02)
    assert json.loads(json.dumps(found.bytecode))["import-kb"] > 10_000


def test_rows_are_medians_in_the_order_of_the_work_with_their_floors() -> None:
    runs = [
        {"scan": 0.1, "start": 0.01, "rest": 0.01},
        {"scan": 0.3, "start": 0.01, "rest": 0.01, "query": 0.00001},
        {"scan": 0.2, "start": 0.0, "rest": 0.01, "query": 0.00002},
    ]
    assert rows(runs, {"scan": 0.05}) == [
        {"stage": "start", "ms": 10.0},
        {"stage": "scan", "ms": 200.0, "floor_ms": 50.0},
        {"stage": "rest", "ms": 10.01},  # with what is too short for a row
        {"stage": "all", "ms": 210.0},
    ]


def test_operations_of_a_network_are_counted() -> None:
    network = network_of(
        {"num_hidden_layers": 1, "hidden_size": 2, "intermediate_size": 3, "vocab_size": 9}
    )
    assert network == Network(1, 2, 3)
    assert network.weights == 4 * 4 + 2 * 6
    assert network.operations(5) == 2 * 28 * 5 + 4 * 2 * 25
