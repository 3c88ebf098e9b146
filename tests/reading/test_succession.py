"""Which document took the place of which, from what either of them says."""

from __future__ import annotations

import pytest

from indexer import front_matter
from indexer.links import Targets
from indexer.standing import says_superseded
from indexer.succession import read_succession, successors

PATHS = ("decisions/a.md", "decisions/b.md", "decisions/c.md", "sops/b.md")


def found(written: dict[str, str]) -> dict[str, tuple[str, ...]]:
    said = []
    for path, lines in written.items():
        matter, _ = front_matter.split(path, f"---\n{lines}\n---\n# A\n")
        said.append((path, read_succession(matter)))
    return dict(successors(said, Targets(PATHS)))


@pytest.mark.parametrize(
    "line",
    [
        "superseded_by: b.md",
        "superseded_by: b",
        "superseded_by: [[b]]",
        'superseded_by: "[[decisions/b|the newer]]"',
        "superseded_by: ../decisions/b.md",
        "superseded_by: [b]",
    ],
)
def test_a_successor_is_named_in_many_ways(line: str) -> None:
    assert found({"decisions/a.md": line}) == {"decisions/a.md": ("decisions/b.md",)}


def test_either_side_may_say_it() -> None:
    either = {"decisions/b.md": "supersedes: [a, c]", "decisions/a.md": "superseded_by: b"}
    assert found(either) == {
        "decisions/a.md": ("decisions/b.md",),
        "decisions/c.md": ("decisions/b.md",),
    }


def test_names_that_mean_nothing_say_nothing() -> None:
    assert found({"decisions/a.md": "superseded_by: gone\nsupersedes: a"}) == {}


def test_a_status_may_say_it_in_both_languages() -> None:
    assert says_superseded("Superseded")
    assert says_superseded("已取代")
    assert not says_superseded("accepted")
