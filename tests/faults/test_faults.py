"""The short form of the campaign; what it found in the long one has tests of its own here too."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki
from tests.faults import __main__ as campaign
from tests.faults import page
from tests.faults.catalogue import CATALOGUE
from tests.faults.outcome import Outcome, Skipped

SEED = 20261125


def test_the_page_of_the_manual_is_made_of_the_results() -> None:
    if os.environ.get("KB_REGENERATE"):
        page.write()
    for language, folder in page.FOLDERS.items():
        assert (folder / page.PAGE).read_text(encoding="utf-8") == page.page(language)


@pytest.mark.usefixtures("embedder", "cache_in_use")
@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if entry.short])
def test_nothing_is_lost(name: str) -> None:
    entry = CATALOGUE[name]
    try:
        outcome = entry.run(SEED, entry.short)
    except Skipped as reason:
        pytest.skip(str(reason))
    assert outcome.lost == []
    assert outcome.times >= entry.short


@pytest.fixture
def cache_in_use(cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign finds the model where the tests have it."""
    monkeypatch.setenv("KB_TEST_CACHE_DIR", str(cache_dir))


def test_results_say_what_was_tried_and_what_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def case(seed: int, times: int) -> Outcome:
        return Outcome("a case", "what is tried", seed, times, refused=1, lost=["an answer"])

    for name in CATALOGUE:
        monkeypatch.setitem(CATALOGUE, name, CATALOGUE[name]._replace(run=case))
    file = tmp_path / "results.json"
    arguments = ["--only", "clock-set-back", "--seed", "7", "--times", "3", "--output", str(file)]
    assert campaign.main(arguments) == 1
    assert json.loads(file.read_text()) == [
        {
            "name": "clock-set-back",
            "case": "a case",
            "what": "what is tried",
            "times": 3,
            "lost": 1,
            "refused": 1,
            "repaired": 0,
            "seed": 7,
        }
    ]
    said = capsys.readouterr().out
    assert "clock-set-back: 3 times, --seed 7" in said
    assert "lost: an answer" in said


def test_an_index_that_may_not_even_be_entered_is_an_error(
    kb_in: Kb, wiki: Wiki, bound_by_permissions: tuple[str, ...]
) -> None:
    root = wiki({"a.md": "# A\n\nalphaword\n"})
    assert kb_in(root, "index").returncode == 0
    (root / ".kb").chmod(0)
    try:
        for command in (("search", "alphaword"), ("status",), ("index",), ("doctor",)):
            done = kb_in(root, *command, before=bound_by_permissions)
            assert "Traceback" not in done.stderr, command
            assert done.returncode == (1 if command == ("doctor",) else 2)
            assert "Permission denied" in done.stderr + done.stdout, command
    finally:
        (root / ".kb").chmod(0o700)
