"""A wiki made by rule, for benchmarks of the site: documents of about 500 words of every type.

The same call writes the same bytes. Half are English, half Chinese, and they link to each other as
a team's documents do: a lesson to its retro, the retro to its lesson, and to some others.
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from tests.benchmarks.generated import paragraph, sentence

TYPES = ("retros", "lessons", "sops", "decisions", "risks")
_WORDS = 500
"""Of a document; a Chinese character counts as half a word."""
_OWNERS = ("release-manager", "tech-lead", "product-manager", "测试负责人", "运维负责人")
_TAGS = ("launch", "outage", "planning", "payment", "上线", "回滚", "监控", "需求")
_STATUSES = ("active", "done", "draft", "superseded")
_FIRST_DAY = dt.date(2019, 1, 1)
_DAYS = 2500


def write_wiki(root: Path, count: int) -> None:
    """Write a home page and ``count`` documents below ``root/kb``."""
    content = root / "kb"
    content.mkdir(parents=True, exist_ok=True)
    (content / "index.md").write_text("# Team knowledge base\n", encoding="utf-8")
    for number in range(count):
        place = content / path_of(number)
        place.parent.mkdir(exist_ok=True)
        place.write_text(document(number, count), encoding="utf-8")


def path_of(number: int) -> str:
    """Of one document, relative to ``kb/``."""
    return f"{TYPES[number % len(TYPES)]}/{_day(number).isoformat()}-note-{number:05}.md"


def document(number: int, count: int) -> str:
    """The text of one of ``count`` documents; another one for each number."""
    chance = random.Random(number)
    language = "zh" if number % 2 else "en"
    title = f"{sentence(chance, language)} {number}"
    matter = {
        "title": title,
        "lang": language,
        "date": _day(number).isoformat(),
        "owner": chance.choice(_OWNERS),
        "project": f"project-{chance.randrange(max(1, count // 50))}",
        "status": chance.choice(_STATUSES),
        "tags": f"[{', '.join(chance.sample(_TAGS, 3))}]",
    }
    lines = ["---", *(f"{key}: {value}" for key, value in matter.items()), "---", f"# {title}", ""]
    written = 0
    while written < _WORDS:
        text = ". ".join(line for _ in range(3) for line in paragraph(chance, language))
        lines += [f"## {sentence(chance, language)}", "", text + ".", ""]
        written += len(text.split()) if language == "en" else len(text) // 2
    lines += ["## Links", "", *_links(number, count, chance), ""]
    return "\n".join(lines)


def _links(number: int, count: int, chance: random.Random) -> list[str]:
    partner = number - 1 if number % len(TYPES) == 1 else number + 1
    others = {min(partner, count - 1), *(chance.randrange(count) for _ in range(3))} - {number}
    return [f"- [See {other}](../{path_of(other)})" for other in sorted(others)]


def _day(number: int) -> dt.date:
    return _FIRST_DAY + dt.timedelta(days=random.Random(-number).randrange(_DAYS))
