"""What is due and what no longer holds, as every command tells it. Days are far from any today."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki, write_document

FILES = {
    "sops/old.md": "---\nsuperseded_by: new\nreview_by: 2020-01-01\n---\n# Old rollback\n\n"
    "Rollback rollback: rehearse the rollback.\n",
    "sops/new.md": "---\ndate: 2020-01-01\nreview_every: 6 months\nlast_drill: 2020-03-01\n"
    "drill_every: 1 year\n---\n# The way back\n\nRehearse the rollback before each release.\n",
    "sops/far.md": "---\nreview_by: 2999-01-01\n---\n# Handover\n\nOf the rollback shift.\n",
    "decisions/said.md": "---\nstatus: 已取代\nreview_by: 2020-01-01\n---\n# Vendor\n\nOne.\n",
}
SAID = "superseded by kb/sops/new.md"
LATE = "review overdue since 2020-07-01, drill overdue since 2021-03-01"


@pytest.fixture
def root(wiki: Wiki, kb: Kb) -> Path:
    root = wiki(FILES)
    assert kb("index", cwd=root).returncode == 0
    return root


def test_a_successor_takes_the_better_place(kb: Kb, root: Path) -> None:
    hits = json.loads(kb("search", "rollback", "--json", cwd=root).stdout)
    assert [hit["path"] for hit in hits[:2]] == ["sops/new.md", "sops/old.md"]
    assert hits[0]["score"] < hits[1]["score"]  # else the test shows nothing
    assert hits[1]["superseded"] is True
    assert hits[1]["superseded_by"] == ["sops/new.md"]
    assert hits[1]["due"] == []
    assert hits[0]["due"] == [
        {"kind": "review", "day": "2020-07-01", "overdue": True},
        {"kind": "drill", "day": "2021-03-01", "overdue": True},
    ]


def test_a_hit_says_how_it_stands(kb: Kb, root: Path) -> None:
    shown = kb("search", "rollback", cwd=root).stdout.splitlines()
    assert [line.strip() for line in shown if line.strip() in (SAID, LATE)] == [LATE, SAID]
    assert "    superseded" in kb("search", "vendor", cwd=root).stdout.splitlines()


def test_a_file_that_is_gone_took_no_place(kb: Kb, root: Path) -> None:
    (root / "site_config" / "kb.toml").write_text(
        '[model]\nname = "none"\n[search]\nrefresh_limit = 0\n', encoding="utf-8"
    )
    (root / "kb" / "sops" / "new.md").unlink()
    write_document(root, "other.md", "# Waits\n\nFor the index.\n")
    (hit, *_) = json.loads(kb("search", "rollback", "--json", cwd=root).stdout)
    assert (hit["path"], hit["superseded_by"]) == ("sops/old.md", [])


def test_a_name_means_whoever_has_it_later(kb: Kb, root: Path) -> None:
    write_document(root, "sops/newer.md", "---\nsupersedes: [new.md, gone]\n---\n# Newer\n\nGo.\n")
    write_document(root, "sops/last.md", "---\nsupersedes: waited\n---\n# Last\n\nDone.\n")
    listed = json.loads(kb("list", "--json", cwd=root).stdout)
    assert {one["path"]: one["superseded_by"] for one in listed if one["superseded_by"]} == {
        "sops/new.md": ["sops/newer.md"],
        "sops/old.md": ["sops/new.md"],
    }
    write_document(root, "waited.md", "# Waited for\n\nHere.\n")
    listed = json.loads(kb("list", "--json", cwd=root).stdout)
    assert {one["path"]: one["superseded_by"] for one in listed}["waited.md"] == ["sops/last.md"]


def test_what_is_overdue_is_listed(kb: Kb, root: Path) -> None:
    listed = kb("list", "--overdue", "--paths", cwd=root)
    assert listed.stdout == "kb/sops/new.md\n"
    assert kb("list", "--overdue", "--type", "risk", cwd=root).returncode == 1


def test_status_tells_what_is_due(kb: Kb, root: Path) -> None:
    said = kb("status", cwd=root).stdout
    assert "due         2 overdue, 0 soon" in said
    assert "  kb/sops/new.md: review overdue since 2020-07-01\n" in said
    due = json.loads(kb("status", "--json", cwd=root).stdout)["due"]
    assert [(one["path"], one["kind"]) for one in due] == [
        ("sops/new.md", "review"),
        ("sops/new.md", "drill"),
    ]


def test_status_names_the_most_urgent_of_many(kb: Kb, wiki: Wiki) -> None:
    late = {f"a{n}.md": f"---\nreview_by: 2020-01-{n}\n---\n# A\n\nX\n" for n in range(10, 22)}
    root = wiki(late)
    assert kb("index", cwd=root).returncode == 0
    said = kb("status", cwd=root).stdout.splitlines()
    assert [line.split(":")[0].strip() for line in said if "overdue since" in line] == [
        f"kb/a{n}.md" for n in range(10, 20)
    ]
    assert "  and 2 more" in said


def test_fields_that_cannot_be_used_are_told(kb: Kb, root: Path) -> None:
    write_document(root, "bad.md", "---\ntitle: A\nreview_every: often\n---\n# A\n\nText.\n")
    told = kb("index", cwd=root)
    assert "kb/bad.md:3: error: review_every: 'often' is no span" in told.stdout + told.stderr
    assert told.returncode == 1
