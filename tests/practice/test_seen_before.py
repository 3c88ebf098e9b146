"""What concerns a draft, by kind: the real index, with the real model."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.app import Wiki as OpenedWiki
from indexer.practice.seen_before import Group, SeenBefore, seen_before
from tests.conftest import Wiki

TOPIC = "The rollback of the payment release was never rehearsed on production data."
FILES = {
    "retros/r.md": f"# Release went wrong\n\n{TOPIC}\n\n- [ ] rehearse the rollback\n"
    "- [x] done already\n",
    "retros/zh.md": "# 上线失败\n\n支付系统上线前没有演练回滚，数据没有验证。\n\n- [ ] 演练回滚\n",
    "lessons/l.md": f"# Rehearse the rollback\n\n{TOPIC}\n",
    "lessons/old.md": f"---\nsuperseded_by: l.md\n---\n# Old lesson\n\n{TOPIC}\n",
    "decisions/stands.md": f"---\nstatus: accepted\n---\n# Releases are rehearsed\n\n{TOPIC}\n",
    "decisions/no.md": f"---\nstatus: 已否决\n---\n# Releases on Friday\n\n{TOPIC}\n",
    "decisions/old.md": f"---\nstatus: superseded\n---\n# Releases by hand\n\n{TOPIC}\n",
    "risks/open.md": f"---\nstatus: open\n---\n# Rollback fails\n\n{TOPIC}\n",
    "risks/closed.md": f"---\nstatus: closed\n---\n# Rollback failed\n\n{TOPIC}\n",
    "sops/s.md": f"# Release and rollback\n\n{TOPIC}\n\n- [ ] a step\n",
    "sops/other.md": "# Travel\n\nBook trains two weeks ahead and keep the receipts.\n"
    "\n- [ ] book the hotel @ann\n",
}


@pytest.fixture
def indexed(wiki: Wiki, cache_dir: Path) -> OpenedWiki:
    opened = OpenedWiki(wiki(FILES, model="default"), cache_dir)
    opened.index()
    return opened


def asked(wiki: OpenedWiki, text: str, *, exclude: tuple[str, ...] = ()) -> SeenBefore:
    with wiki.open() as opened:
        draft = opened.drafted("draft.md", text.encode())
        return seen_before(
            opened, wiki.source, wiki.settings, draft, limit=5, exclude=exclude, gone=()
        )


def paths(found: SeenBefore, group: Group) -> list[str]:
    return [hit.document.path for hit in found.hits[group]]


def test_kinds_and_what_no_longer_stands(indexed: OpenedWiki) -> None:
    found = asked(indexed, f"# Payment release on Friday\n\n{TOPIC}\n")
    assert {"retros/r.md", "lessons/l.md"} <= set(paths(found, Group.LESSONS))
    assert "lessons/old.md" not in paths(found, Group.LESSONS)
    assert paths(found, Group.DECISIONS) == ["decisions/stands.md"]
    assert paths(found, Group.RISKS) == ["risks/open.md"]
    assert paths(found, Group.OTHERS)[0] == "sops/s.md"
    assert [hit.rank for hit in found.hits[Group.OTHERS]] == list(
        range(1, len(found.hits[Group.OTHERS]) + 1)
    )
    texts = [action.item.text for action in found.actions]
    assert texts[0] == "rehearse the rollback"
    assert "done already" not in texts
    assert "a step" not in texts


def test_the_other_language_is_found(indexed: OpenedWiki) -> None:
    found = asked(indexed, "# 支付系统发布\n\n这次上线之前没有人演练过回滚。\n")
    assert "retros/zh.md" in paths(found, Group.LESSONS)
    assert "演练回滚" in [action.item.text for action in found.actions]


def test_what_belongs_to_the_draft_is_left_out(indexed: OpenedWiki) -> None:
    found = asked(indexed, f"# Release\n\n{TOPIC}\n", exclude=("retros/r.md", "lessons/l.md"))
    assert not {"retros/r.md", "lessons/l.md"} & set(paths(found, Group.LESSONS))
    assert "retros/r.md" not in {action.path for action in found.actions}


def test_nothing_relevant_is_an_answer(indexed: OpenedWiki) -> None:
    found = asked(indexed, "# Quantum chromodynamics\n\nGluons carry colour charge.\n")
    assert not found
    assert found.refused
