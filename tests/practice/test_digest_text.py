"""A digest in words: what is said, and that no text of a document is more than text."""

from __future__ import annotations

import datetime as dt

import pytest

from indexer.action_items import ActionItem
from indexer.catalogue import speaker
from indexer.message import NOTHING
from indexer.model import DueDate, DueKind, Metadata, StoredDocument
from indexer.practice.digest import Digest
from indexer.practice.digest_text import Writer, markdown
from indexer.practice.themes.finding import Theme
from indexer.practice.themes.passages import Passage
from indexer.standing import Due

TODAY = dt.date(2026, 3, 20)
SINCE = dt.date(2026, 3, 13)


def said(*titles: str, language: str = "en") -> str:
    new = tuple(
        StoredDocument(n, f"retros/a (b) {n}.md", Metadata(title, "retro", TODAY, "Ann"))
        for n, title in enumerate(titles)
    )
    late = DueDate(DueKind.DRILL, dt.date(2026, 3, 1))
    due = (Due(StoredDocument(9, "sops/x.md", Metadata("Way back")), late),) if titles else ()
    found = Digest(SINCE, TODAY, new, due, ())
    return markdown(Writer(speaker(language), language, "kb/", pages=False).bulletin(found))


def test_a_digest_names_what_is_new_and_due() -> None:
    assert said("Wallet launch slipped") == (
        "# Team wiki, 2026-03-13 to 2026-03-20\n\n1 new, 1 due, 0 actions due\n\n## New\n\n"
        "- [Wallet launch slipped](kb/retros/a%20%28b%29%200.md) · retro · 2026-03-20 · Ann\n\n"
        "## Due\n\n- [Way back](kb/sops/x.md) · drill overdue since 2026-03-01\n"
    )


def test_what_came_back_leads_to_the_new_document_of_it() -> None:
    passages = [
        Passage(path, "T", "retro", date, "", "Cause", "cause", 3, "No rehearsal.")
        for path, date in (("retros/old.md", dt.date(2025, 5, 1)), ("retros/new.md", TODAY))
    ]
    item = ActionItem(9, False, "rehearse", (), None, NOTHING, (), "abcd")
    theme = Theme("no rehearsal", "en", tuple(passages), 2, (("retros/old.md", item),), 0, ())
    new = (StoredDocument(1, "retros/new.md", Metadata("New", "retro", TODAY)),)
    found = Digest(SINCE, TODAY, new, (), (), (theme,))
    told = markdown(Writer(speaker("en"), "en", "kb/", pages=False).bulletin(found))
    assert told.endswith(
        "## Came back\n\n- [no rehearsal](kb/retros/new.md) · met in 2 documents since 2025-05-01"
        " · 1 actions still open\n"
    )


def test_a_quiet_week_is_one_line() -> None:
    assert said() == "# Team wiki, 2026-03-13 to 2026-03-20\n\nNothing new, nothing due.\n"


def test_it_speaks_chinese() -> None:
    assert "2026-03-13" in said(language="zh")
    assert "没有" in said(language="zh")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("# no heading", r"[\# no heading]"),
        ("1. no list", r"[1\. no list]"),
        ("x](https://evil.example) [y", r"[x\](https：//evil.example) \[y]"),
        ("<img src=x> ![p](q)", r"[&#60;img src=x&#62; \!\[p\](q)]"),
        ("*a* `b` c_d \\", r"[\*a\* \`b\` c\_d \\]"),
        ("line\nbreak\x1b\u202e", "[line break\ufffd\ufffd]"),
    ],
)
def test_titles_are_only_text(title: str, written: str) -> None:
    assert f"- {written}(kb/" in said(title)


def test_a_long_title_is_cut() -> None:
    assert max(map(len, said("x" * 5000).splitlines())) < 300
