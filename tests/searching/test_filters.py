"""Filters hold before the best are chosen: whatever passes is found, nothing else is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexer.exchange import Filters, Mode
from tests.conftest import Kb, Wiki, write_document
from tests.opened import Opened
from tests.searching.conftest import DOCUMENTS, document

WALLET, CERTIFICATE = "retros/wallet.md", "retros/certificate.md"
ROLLBACK, CHINESE, PLAIN = "sops/rollback.md", "lessons/上线.md", "notes/plain.md"


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(), set(DOCUMENTS)),
        (Filters(types=("retro",)), {WALLET, CERTIFICATE}),
        (Filters(types=("RETRO", "sop")), {WALLET, CERTIFICATE, ROLLBACK}),
        (Filters(types=("ret",)), set()),
        (Filters(tags=("launch",)), {WALLET, ROLLBACK}),
        (Filters(tags=("LAUNCH", "outage")), {WALLET, ROLLBACK, CERTIFICATE}),
        (Filters(owners=("ann",)), {WALLET}),
        (Filters(owners=("cy",)), {CERTIFICATE}),
        (Filters(owners=("Bo",)), {CERTIFICATE}),
        (Filters(owners=("测试负责人", "Ann Other")), {CHINESE, ROLLBACK}),
        (Filters(owners=("測試負責人",)), {CHINESE}),
        (Filters(owners=("Ｂｏ",)), {CERTIFICATE}),
        (Filters(tags=("ｌａｕｎｃｈ",)), {WALLET, ROLLBACK}),
        (Filters(tags=("標籤",)), {CHINESE}),
        (Filters(tags=("流程",)), {CHINESE}),
        (Filters(projects=("checkout",)), {WALLET}),
        (Filters(statuses=("Open",)), {CERTIFICATE}),
        (Filters(since=dt.date(2026, 3, 20)), {WALLET, CHINESE}),
        (Filters(since=dt.date(2026, 3, 21)), {CHINESE}),
        (Filters(until=dt.date(2025, 11, 7)), {CERTIFICATE, ROLLBACK}),
        (Filters(until=dt.date(2025, 11, 6)), {ROLLBACK}),
        (Filters(since=dt.date(2025, 2, 1), until=dt.date(2026, 3, 20)), {WALLET, CERTIFICATE}),
        (Filters(since=dt.date(2027, 1, 1)), set()),
        (Filters(types=("retro",), tags=("launch",)), {WALLET}),
        (Filters(types=("sop",), statuses=("open",)), set()),
    ],
)
@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
def test_all_that_passes_and_nothing_else(
    opened: Opened, filters: Filters, wanted: set[str], mode: Mode
) -> None:
    """The query has to do with every document, so that the filter alone decides."""
    asked = "launch date rollback certificate plain 日期"
    found = set(opened.paths(asked, filters=filters, mode=mode))
    readable = wanted - {CHINESE} if mode is Mode.SEMANTIC else wanted  # the fake reads no Chinese
    assert found == readable


def test_a_filter_is_no_sieve_over_the_best(tmp_path: Path) -> None:
    """The one open document is found though 400 others answer better, in either lane."""
    for n in range(400):
        write_document(
            tmp_path, f"n{n}.md", document("Launch", "launch launch launch", status="closed")
        )
    quiet = document("Other", "a launch among many other words of another kind", status="open")
    write_document(tmp_path, "quiet.md", quiet)
    wiki = Opened(tmp_path)
    wiki.run()
    only = Filters(statuses=("open",))
    for mode in Mode:
        assert wiki.paths("launch", filters=only, mode=mode, limit=1) == ["quiet.md"], mode
        assert wiki.paths("launch", mode=mode, limit=1) != ["quiet.md"], mode


def test_dates_as_people_say_them(kb: Kb, wiki: Wiki) -> None:
    today = dt.date.today()
    dates = {"new": today, "weeks": today - dt.timedelta(days=20), "old": dt.date(2001, 5, 9)}
    root = wiki(
        {f"{n}.md": document(f"Rollback {n}", "rollback", date=str(d)) for n, d in dates.items()}
    )
    assert kb("index", cwd=root).returncode == 0

    def paths(*options: str) -> list[str]:
        found = kb("search", "rollback", "--paths", *options, cwd=root)
        assert found.stderr in ("", "nothing relevant\n")
        return sorted(found.stdout.split())

    assert paths() == ["kb/new.md", "kb/old.md", "kb/weeks.md"]
    assert paths("--since", "3 months ago") == ["kb/new.md", "kb/weeks.md"]
    assert paths("--since", "last week") == ["kb/new.md"]
    assert paths("--since", "today") == ["kb/new.md"]
    assert paths("--until", "yesterday") == ["kb/old.md", "kb/weeks.md"]
    assert paths("--until", "2001") == ["kb/old.md"]
    assert paths("--since", "2001-05", "--until", "2001-05") == ["kb/old.md"]
    assert paths("--until", "2001-04") == []
