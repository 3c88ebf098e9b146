from __future__ import annotations

import json
import platform
import re
from pathlib import Path
from typing import Any

import pytest

from indexer.document_types import built_in_folders
from indexer.parser import parse_document
from tests.benchmarks import __main__ as suite
from tests.benchmarks import results
from tests.benchmarks.catalogue import CATALOGUE
from tests.benchmarks.chunks import evenly
from tests.benchmarks.generated import document, write_documents
from tests.benchmarks.machine import machine
from tests.benchmarks.workplace import Given, Workplace


@pytest.fixture
def nothing_given(tmp_path: Path, cache_dir: Path) -> Workplace:
    return Workplace(tmp_path, Given(cache_dir))


@pytest.mark.parametrize("name", ["cold_search", "warm_search", "index_throughput"])
def test_what_needs_a_corpus_is_skipped_without_one(
    name: str, nothing_given: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, Any] = {"benchmarks": {}, "skipped": {}}
    assert suite.measure(nothing_given, name, 1, found)
    assert found["benchmarks"] == {}
    assert "--corpus DIR" in found["skipped"][name]
    assert f"skipped: {found['skipped'][name]}" in capsys.readouterr().out


def test_a_result_is_not_lost_because_it_could_not_be_measured_again(
    nothing_given: Workplace,
) -> None:
    found: dict[str, Any] = {"benchmarks": {"cold_search": "measured"}, "skipped": {}}
    suite.measure(nothing_given, "cold_search", 1, found)
    assert found == {"benchmarks": {"cold_search": "measured"}, "skipped": {}}


def test_the_help_names_every_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        suite.main(["--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in CATALOGUE)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--corpus", "nowhere"),
        ("--wiki", "tests"),
        ("--only", "luck"),
        ("--runs", "0"),
        ("--queries", "nowhere"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_refused(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        suite.main(list(arguments))
    assert stopped.value.code == 2
    assert arguments[1] in capsys.readouterr().err


def test_a_corpus_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_BENCHMARK_CORPUS", "nowhere")
    with pytest.raises(SystemExit):
        suite.main(["--only", "cold_search"])


def test_results_of_the_same_machine_go_together() -> None:
    old = results.new() | {"benchmarks": {"start": 1, "cold_search": 1}, "skipped": {"a": "why"}}
    new = results.new() | {"benchmarks": {"start": 2, "a": 3}, "skipped": {"b": "why"}}
    both = results.joined(old, new)
    assert both["benchmarks"] == {"start": 2, "cold_search": 1, "a": 3}
    assert both["skipped"] == {"b": "why"}


@pytest.mark.parametrize("name", ["kb", "machine", "versions"])
def test_results_of_another_machine_or_version_do_not(name: str) -> None:
    old = results.new() | {name: "another"}
    with pytest.raises(results.OtherMachine, match=name):
        results.joined(old, results.new())


def test_the_results_file_tells_nothing_of_the_place(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results.save(results.new(), file)
    assert platform.node() not in machine().values()
    for text in (file, results.FILE):
        written = text.read_text(encoding="utf-8")
        assert not re.search(r'"(/|[A-Z]:\\)|/(home|root|tmp|Users)\b', written)
        assert json.loads(written)["format"] == 1


def test_generated_documents_are_the_same_each_time_and_all_different(tmp_path: Path) -> None:
    write_documents(tmp_path, 20)
    files = sorted(tmp_path.rglob("*.md"))
    written = [file.read_text(encoding="utf-8") for file in files]
    assert written == [document(number) for number in range(20)]
    assert len(set(written)) == 20
    for number, text in enumerate(written):
        read = parse_document("a.md", text.encode(), built_in_folders())
        assert read.problems == ()
        assert read.metadata.title.endswith(str(number))


def test_a_sample_is_spread_evenly() -> None:
    rows = [str(number) for number in range(10)]
    assert evenly(rows, 3) == ["0", "3", "6"]
    assert evenly(rows, 20) == rows
