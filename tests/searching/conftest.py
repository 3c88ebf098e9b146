"""One small wiki that the tests here ask, indexed once in this process with the fake embedder."""

from __future__ import annotations

import pytest

from tests.conftest import write_document
from tests.opened import Opened


def document(
    title: str, text: str, *, date: str = "", owner: str = "", project: str = "", **more: str
) -> str:
    """A document with front matter; an empty field is left away."""
    fields = {"title": title, "date": date, "owner": owner, "project": project, **more}
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return "\n".join(["---", *lines, "---", text, ""])


DOCUMENTS = {
    "retros/wallet.md": document(
        "Wallet launch slipped",
        "## Cause\n\nThe wallet provider gave no date.\n\n## Actions\n\nAsk for a date in writing.",
        date="2026-03-20",
        owner="Ann",
        project="Checkout",
        status="closed",
        tags="[Launch, dependency]",
    ),
    "retros/certificate.md": document(
        "Gateway certificate expired",
        "The certificate of the gateway expired on Friday. Nobody was watching the date.",
        date="2025-11-07",
        owner="Bo, Cy",
        project="Gateway",
        status="open",
        tags="[outage]",
    ),
    "sops/rollback.md": document(
        "Rollback",
        "Rehearse the way back before the launch. Roll back first, look for causes later.",
        date="2025-01-31",
        owner="Ann Other",
        project="Platform",
        tags="[launch, release]",
    ),
    "lessons/上线.md": document(
        "外部依赖要有日期",
        "没有日期的依赖不是计划。上线延期三周。",
        date="2026-03-24",
        owner="测试负责人",
        tags="标签，流程",
    ),
    "notes/plain.md": "# Plain note\n\nThe launch checklist hangs here. Error E429 is known.",
}


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Read it, never change it."""
    root = tmp_path_factory.mktemp("asked")
    for path, content in DOCUMENTS.items():
        write_document(root, path, content)
    wiki = Opened(root)
    wiki.run()
    return wiki
