"""The manual's page on themes: its figures are made of ``themes.json``, and a test holds them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.quality.themes import RESULTS

_HERE = Path(__file__).parent
_MANUAL = _HERE.parents[1] / "kb" / "manual"
PAGE = "themes.md"
FOLDERS = {"en": _MANUAL, "zh": _MANUAL / "zh"}

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "scores": "| Judged by | Groups | Documents | Purity | NMI | ARI |",
            "mixed": "| Theme | Causes in its texts |",
            "cause": "cause in the text",
            "category": "category",
            "company": "company",
            "kb": "kb",
            "without_projects": "kb, projects unknown",
            "k_means": "k-means",
            "chance": "chance",
        },
        "zh": {
            "scores": "| 判断依据 | 分组 | 文档 | 纯度 | NMI | ARI |",
            "mixed": "| 主题 | 文中的原因 |",
            "cause": "文中的原因",
            "category": "类别",
            "company": "公司",
            "kb": "kb",
            "without_projects": "kb，不知道项目",
            "k_means": "k-means",
            "chance": "随机",
        },
    }
)


def load() -> dict[str, Any]:
    """The results that the pages are made of."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def write(found: dict[str, Any]) -> None:
    """Both pages."""
    for language, folder in FOLDERS.items():
        (folder / PAGE).write_text(page(found, language), encoding="utf-8")


def page(found: dict[str, Any], language: str) -> str:
    """The whole page as Markdown."""
    words = _WORDS[language]
    steady = {n: v if isinstance(v, int) else f"{v:.0%}" for n, v in found["steadiness"].items()}
    parts = {
        "documents": found["documents"],
        "grouped": found["grouped"]["kb"],
        "groups": found["groups"]["kb"],
        "scores": _scores(found, words),
        "mixed": _mixed(found, words),
        **steady,
    }
    template = (_HERE / f"themes.{language}.md").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: str(parts[match[1]]), template)


def _scores(found: dict[str, Any], words: Mapping[str, str]) -> str:
    rows = [
        f"| {words[judgement] if n == 0 else ''} | {words[name]} | {score['documents']:.0f}"
        f" | {score['purity']:.2f} | {score['nmi']:.2f} | {score['ari']:.2f} |"
        for judgement, scores in found["judgements"].items()
        for n, (name, score) in enumerate(scores.items())
    ]
    return "\n".join([words["scores"], "|---|---|---:|---:|---:|---:|", *rows])


def _mixed(found: dict[str, Any], words: Mapping[str, str]) -> str:
    rows = [
        f"| {one['theme']} | {', '.join(f'{n} {c}' for n, c in one['causes'].items())} |"
        for one in found["mixed"]
    ]
    return "\n".join([words["mixed"], "|---|---|", *rows])
