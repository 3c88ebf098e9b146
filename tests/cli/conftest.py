"""The wiki that the transcripts and the tests of the command are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki

TEAM = {
    "retros/2026-03-20-wallet.md": """---
title: Wallet launch slipped
date: 2026-03-20
owner: Ann
project: Checkout
status: closed
tags: [launch, dependency]
---
# Wallet launch slipped

The launch came three weeks late.

## Cause

The wallet provider had given no date, and nobody had asked for one in writing.

## Actions

- [ ] Ask every provider for a date in writing.
""",
    "retros/2025-11-07-certificate.md": """---
title: Gateway certificate expired
date: 2025-11-07
owner: Bo, Cy
project: Gateway
status: open
tags: [outage]
---
# Gateway certificate expired

The certificate of the gateway expired on a Friday; nobody was watching.
""",
    "sops/rollback.md": """---
title: Rollback
type: sop
owner: Ann
---
# Rollback

Roll back first and look for the cause later.

## Rehearsal

Rehearse the way back before every launch.
""",
    "lessons/上线.md": """---
title: 外部依赖要有日期
date: 2026-03-24
owner: 测试负责人
tags: [上线]
---
# 外部依赖要有日期

没有日期的依赖不是计划。上线延期三周。
""",
}


@pytest.fixture
def team(wiki: Wiki) -> Path:
    """Not yet indexed; words only."""
    return wiki(TEAM)


@pytest.fixture
def indexed(team: Path, kb: Kb) -> Path:
    """The same, indexed."""
    assert kb("index", "--quiet", cwd=team).returncode == 0
    return team
