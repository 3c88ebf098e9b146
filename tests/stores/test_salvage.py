"""What was embedded once outlives the database: a damaged one is made anew without embedding it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.opened import Opened


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    (tmp_path / "kb").mkdir()
    for n in range(40):
        text = "\n\n".join(f"## Part {part}\n\nrollback {n} {part}" for part in range(5))
        (tmp_path / "kb" / f"{n}.md").write_text(f"# Launch {n}\n\n{text}\n")
    wiki = Opened(tmp_path)
    wiki.run()
    return wiki


def test_a_damaged_page_costs_the_vectors_on_it_alone(opened: Opened) -> None:
    before = opened.dump()
    database = opened.root / ".kb" / "index.db"
    whole = database.read_bytes()
    pages = len(whole) // 4096
    embedded = []
    for page in range(1, pages, 7):
        damaged = bytearray(whole)
        damaged[page * 4096 + 100] ^= 1
        database.write_bytes(damaged)
        report = opened.run()
        if len(report.added) == 40:  # the page was in use
            embedded.append(report.embedded)
        assert opened.dump() == before
        assert sorted(p.name for p in database.parent.glob("*.damaged*")) == []
    assert len(embedded) > 10
    assert 0 in embedded  # a page of something else
    assert embedded.count(200) <= 1  # the root of their table
    assert sum(embedded) - 200 * embedded.count(200) < 20 * len(embedded)


def test_where_nothing_can_be_read_all_is_embedded(opened: Opened) -> None:
    before = opened.dump()
    database = opened.root / ".kb" / "index.db"
    database.write_bytes(b"garbage" * 10_000)
    report = opened.run()
    assert report.embedded == 200
    assert opened.dump() == before
