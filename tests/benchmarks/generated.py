"""Documents made by rule, where a benchmark needs more of them than a corpus has.

The same call writes the same bytes. Half are English, half Chinese; they are short, since what is
measured with them grows with their number and not with their length.
"""

from __future__ import annotations

import random
from pathlib import Path

_ENGLISH = (
    "the launch was {late} because the {part} had no date",
    "nobody had rehearsed the way back of the {part}",
    "the {part} came {late} and the {team} heard of it from a customer",
    "ask the {team} for a date in writing before the {part} is planned",
    "an alert of the {part} rang for {late} and no one in the {team} answered",
)
_CHINESE = (
    "{part}没有给出日期，上线推迟了{late}",
    "{team}没有演练过{part}的回滚",
    "{part}晚了{late}，{team}从客户那里才知道",
    "规划{part}之前，请{team}书面确认日期",
    "{part}的告警响了{late}，{team}无人处理",
)
_WORDS = {
    "en": {
        "part": (
            "gateway",
            "invoice export",
            "wallet",
            "search index",
            "coupon rule",
            "login page",
        ),
        "late": ("two days", "three weeks", "an hour", "half a quarter", "eleven minutes"),
        "team": ("payments team", "vendor", "on-call engineer", "data team", "release manager"),
    },
    "zh": {
        "part": ("网关", "发票导出", "钱包", "搜索索引", "优惠券规则", "登录页"),
        "late": ("两天", "三周", "一小时", "半个季度", "十一分钟"),
        "team": ("支付团队", "供应商", "值班工程师", "数据团队", "发布经理"),
    },
}
_FOLDER_SIZE = 500


def write_documents(folder: Path, count: int) -> None:
    """Write ``count`` documents below ``folder``, some hundreds in each subfolder."""
    for number in range(count):
        place = folder / f"part-{number // _FOLDER_SIZE:03}" / f"note-{number:05}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(document(number), encoding="utf-8")


def document(number: int) -> str:
    """The text of one document; another one for each number."""
    chance = random.Random(number)
    language = "zh" if number % 2 else "en"
    title = f"{sentence(chance, language)} {number}"
    sections = [
        f"## {sentence(chance, language)}\n\n" + ". ".join(paragraph(chance, language)) + "\n"
        for _ in range(2)
    ]
    matter = f"---\ntitle: {title}\nlang: {language}\ndate: 2026-01-01\n---\n"
    return f"{matter}# {title}\n\n" + "\n".join(sections)


def paragraph(chance: random.Random, language: str) -> list[str]:
    """Three sentences."""
    return [sentence(chance, language) for _ in range(3)]


def sentence(chance: random.Random, language: str) -> str:
    """One about a launch, an outage or the like, without its full stop."""
    pattern = chance.choice(_ENGLISH if language == "en" else _CHINESE)
    words = {name: chance.choice(choices) for name, choices in _WORDS[language].items()}
    return pattern.format(**words)
