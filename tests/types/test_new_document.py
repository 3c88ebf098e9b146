"""Documents made of a type: their names, what they take from others, both files or neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.document_types import read_types
from indexer.errors import PathError
from indexer.practice.lifting import NotLifted, Origin, read_origin
from indexer.practice.new_document import (
    DocumentNotMade,
    NewDocument,
    Wanted,
    new_document,
    type_named,
    write,
)
from indexer.settings import load_settings
from indexer.source import Source

DAY = dt.date(2026, 11, 26)
TYPES = read_types(None)
RETRO = """---
title: Launch [slipped]
lang: en
date: 2026-03-20
owner: [ann, bo]
project: "checkout: wallet"
tags: [launch, "a, b"]
---
# Launch slipped

## Causes

<!-- Ask until the answer is a condition. -->

1. No date, see [the plan](plan.md#dates) and [others](../sops/a.md).

### The provider

They had [said so](https://example.org/a).

## What we learned

- [Ask for dates](../lessons/2026-03-21-ask.md)
- Ask in writing.

## Actions

- [ ] ask @ann due:2026-12-01
"""
Make = Callable[..., NewDocument]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "kb" / "retros").mkdir(parents=True)
    (tmp_path / "kb" / "retros" / "r.md").write_bytes(RETRO.encode())
    return tmp_path


def made(root: Path, type_: str, title: str, origin: str = "", **rest: str) -> NewDocument:
    settings = load_settings(root)
    kind = type_named(settings.document_types, type_)
    found = read_origin(Source(root), settings, origin, kind) if origin else None
    wanted = Wanted(title, rest.pop("language", "en"), DAY, **rest)
    return new_document(settings.document_types, kind, wanted, found)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Payment retries took the gateway down", "payment-retries-took-the-gateway-down"),
        ("支付重试 雪崩：回滚太慢！", "支付重试-雪崩回滚太慢"),
        ("../../etc/passwd", "etcpasswd"),
        ("a / b \\ c: d?", "a-b-c-d"),
        ("C:\\nul", "cnul"),
        ("Ça — été", "ça-été"),
        ("!!! ???", "retro"),
        ("长" * 100, "长" * 60),
        ("𠮷" * 100, "𠮷" * 45),
        ("word " * 30, "word-" * 11 + "word"),
    ],
)
def test_a_file_is_named_by_day_and_title(root: Path, title: str, name: str) -> None:
    path = made(root, "retro", title).path
    assert path == f"retros/2026-11-26-{name}.md"
    assert len(path.rpartition("/")[2].encode()) <= 255


def test_what_was_said_stands_in_the_document(root: Path) -> None:
    new = made(root, "sop", 'Go "live": now', language="zh", owner="PM", project="a: b")
    for line in ('title: "Go \\"live\\": now"', "owner: PM", 'project: "a: b"', "lang: zh"):
        assert f"\n{line}\n" in new.text
    file = write(root, new)
    assert file.read_bytes() == new.text.encode()
    assert file.parent == root / "kb" / "sops"


def test_a_type_is_found_by_its_label_too() -> None:
    assert {type_named(TYPES, name).name for name in ("Retro", "复盘", "retros")} == {"retro"}
    with pytest.raises(DocumentNotMade) as caught:
        type_named(TYPES, "../retro")
    assert "there are retro, lesson" in caught.value.hint


def test_a_title_of_nothing_is_refused(root: Path) -> None:
    with pytest.raises(DocumentNotMade, match="the title is empty"):
        made(root, "retro", " \n\t")


def test_what_is_there_is_never_overwritten(root: Path) -> None:
    file = write(root, made(root, "retro", "A"))
    file.write_text("mine")
    with pytest.raises(DocumentNotMade, match="is there already; nothing was written"):
        write(root, made(root, "retro", "A"))
    assert file.read_text() == "mine"
    link = root / "kb" / "retros" / "2026-11-26-b.md"
    link.symlink_to(root / "nowhere")
    with pytest.raises(DocumentNotMade, match="is there already"):
        write(root, made(root, "retro", "B"))
    assert not (root / "nowhere").exists()


def test_nothing_is_written_where_a_link_leads_out(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "kb" / "risks").symlink_to(tmp_path.parent)
    with pytest.raises(DocumentNotMade, match="kb/risks leads out of the wiki"):
        write(root, made(root, "risk", "A"))


def test_a_lesson_takes_what_the_retro_says_and_both_are_linked(root: Path) -> None:
    new = made(root, "lesson", "Ask (in writing)", "retros/r.md")
    assert 'retro: "../retros/r.md"' in new.text
    assert 'owner: "ann, bo"\nproject: "checkout: wallet"\ntags: [launch, "a, b"]' in new.text
    assert "[Launch \\[slipped\\]](../retros/r.md)" in new.text
    lifted = new.text[new.text.index("**What we learned**") : new.text.index("## How we know")]
    assert lifted == (
        "**What we learned**\n\n- Ask in writing.\n\n**Causes**\n\n"
        "1. No date, see [the plan](../retros/plan.md#dates) and [others](../sops/a.md).\n\n"
        "### The provider\n\nThey had [said so](https://example.org/a).\n\n"
    )
    write(root, new)
    item = "- Ask in writing.\n"
    link = "- [Ask (in writing)](../lessons/2026-11-26-ask-in-writing.md)\n"
    assert (root / "kb/retros/r.md").read_text() == RETRO.replace(item, item + link)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## What we learned\n\n-\n\n## Actions\n", "## What we learned\n\nLINK\n\n## Actions\n"),
        ("## What we learned\n## Actions\n", "## What we learned\n\nLINK\n\n## Actions\n"),
        ("# A\n## What we learned", "# A\n## What we learned\n\nLINK\n"),
        ("## 学到什么\n\nText.\n", "## 学到什么\n\nText.\n\nLINK\n"),
        ("Learned\n---\n\n* a\n  b\n", "Learned\n---\n\n* a\n  b\n\n## What we learned\n\nLINK\n"),
        ("What we learned\n===\n\n* a\n  b\n", "What we learned\n===\n\n* a\n  b\nLINK\n"),
        ("# A\n\n\n", "# A\n\n## What we learned\n\nLINK\n"),
        (
            "```\n## What we learned\n```\n",
            "```\n## What we learned\n```\n\n## What we learned\n\nLINK\n",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_where_the_link_stands(
    root: Path, before: str, after: str, newline: str, mark: str
) -> None:
    def written(text: str) -> bytes:
        return (mark + text.replace("\n", newline)).encode()

    (root / "kb/retros/r.md").write_bytes(written(before))
    new = made(root, "lesson", "X", "retros/r.md")
    assert new.linked == written(after.replace("LINK", "- [X](../lessons/2026-11-26-x.md)"))


def test_both_files_are_written_or_neither(root: Path) -> None:
    new = made(root, "lesson", "X", "retros/r.md")
    retro = root / "kb" / "retros" / "r.md"
    retro.write_text("somebody else was here")
    with pytest.raises(DocumentNotMade, match="was changed by somebody else meanwhile"):
        write(root, new)
    assert retro.read_text() == "somebody else was here"
    assert [p.name for p in (root / "kb").rglob("*.md")] == ["r.md"]
    retro.write_text(RETRO)
    taken = write(root, made(root, "lesson", "X"))
    before = taken.read_bytes()
    with pytest.raises(DocumentNotMade, match="is there already"):
        write(root, made(root, "lesson", "X", "retros/r.md"))
    assert (retro.read_text(), taken.read_bytes()) == (RETRO, before)


@pytest.mark.parametrize(
    ("type_", "path", "error", "said"),
    [
        ("sop", "retros/r.md", NotLifted, "of the type sop is not made from others"),
        ("lesson", "sops/a.md", NotLifted, "kb/sops/a.md is of the type sop, and a lesson is made"),
        ("lesson", "retros/none.md", PathError, "kb/retros/none.md cannot be read"),
        ("lesson", "retros/latin.md", NotLifted, "kb/retros/latin.md is not UTF-8"),
        ("lesson", "retros/link.md", PathError, "kb/retros/link.md cannot be read"),
    ],
)
def test_what_nothing_can_be_made_of(
    root: Path, type_: str, path: str, error: type[Exception], said: str
) -> None:
    (root / "kb" / "sops").mkdir()
    (root / "kb" / "sops" / "a.md").write_text("# A")
    (root / "kb" / "retros" / "latin.md").write_bytes(b"# A\n\n## Causes\n\n\xe9\n")
    (root / "kb" / "retros" / "link.md").symlink_to("r.md")
    with pytest.raises(error) as caught:
        made(root, type_, "X", path)
    assert said in str(caught.value)


def test_a_decision_takes_from_a_retro_without_a_link_back(root: Path) -> None:
    new = made(root, "decision", "X", "retros/r.md")
    assert 'source: "../retros/r.md"' in new.text
    assert (new.linked, isinstance(new.origin, Origin)) == (b"", True)
    write(root, new)
    assert (root / "kb/retros/r.md").read_text() == RETRO
