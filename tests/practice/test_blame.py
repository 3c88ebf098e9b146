"""Wordings that blame persons: what is found, what only looks like it, and lists that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import SettingsError
from indexer.practice.checking.blame import OWN_FILE, findings, phrases_of, read_phrases

BLAMES = (
    "The outage was caused by careless work.",
    "Root cause: human error.",
    "The developer forgot to run the migration.",
    "The on-call engineer failed to answer the page.",
    "He should have known better.",
    "It was clearly the tester's fault.",
    "Everyone must be more careful with production.",
    "A stupid mistake in the deploy script.",
    "Someone dropped the ball on the certificate.",
    "The operators were at fault.",
    "Negligence of the on-call shift.",
    "He should’ve known.",
    "由于测试人员粗心，上线前没有发现。",
    "这是一个低级错误。",
    "运维同学忘了续期证书。",
    "根因：人为失误。",
    "他责任心不强，没有确认。",
    "都怪外包改了接口。",
    "以后加强责任心，下次注意。",
    "開發同學疏忽了回滾步驟。",
    "这次事故要追责。",
    "对值班人员通报批评。",
    "谁的锅要说清楚。",
    "该同学工作不认真。",
)
BLAMES_NOBODY = (
    "We use lazy loading and lazy evaluation.",
    "Human error is not a cause; ask why the step was easy to take.",
    "A check that protects data from human error.",
    "“Human error” is where the investigation begins.",
    "There are no stupid questions.",
    "The review is blameless.",
    "The service is fault tolerant; the fault was in the switch.",
    "The carefully written runbook was careful about order.",
    "The job failed to start because they failed to load.",
    "If someone forgot the flag, the script asks for it.",
    "The contract has a negligence clause.",
    "The page says `human error` in code.",
    "See [the page](careless-mistakes.md).",
    "<!-- careless -->",
    "It was not their fault, and the page says so.",
    "大意是：先回滚，再查原因。",
    "返回的错误码是 500，页面的错位也修了。",
    "该模块不负责数据校验。",
    "复盘不追责，也不问谁的错。",
    "流量的错峰发布减少了告警。",
    "请把处分析脚本的结果发出来。",
    "业余时间写的工具。",
    "自动化可以减少人为错误。",
    "对此无能为力，也无能力限制。",
    "难怪他们先看缓存。",
)


@pytest.mark.parametrize("line", BLAMES)
def test_a_wording_that_blames_is_found(line: str, tmp_path: Path) -> None:
    found = list(findings("a.md", ["", line], set(), 5, read_phrases(tmp_path)))
    assert [(one.line, one.code) for one in found] == [(6, "blame")], line


@pytest.mark.parametrize("line", BLAMES_NOBODY)
def test_a_wording_that_blames_nobody_is_left_alone(line: str, tmp_path: Path) -> None:
    assert [one.message for one in findings("a.md", [line], set(), 1, read_phrases(tmp_path))] == []


def test_code_is_not_looked_at(tmp_path: Path) -> None:
    lines = ["```", "careless", "```"]
    assert list(findings("a.md", lines, {0, 1, 2}, 1, read_phrases(tmp_path))) == []


def test_each_wording_of_the_lists_finds_itself(tmp_path: Path) -> None:
    silent = []
    for phrase in read_phrases(tmp_path):
        words = phrase.pattern.pattern
        if not phrase.stem or phrase.stem not in words.replace("\\", ""):
            silent.append(words)
    assert silent == []


def test_a_wiki_has_words_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / OWN_FILE
    file.parent.mkdir()
    file.write_text(
        '[[phrase]]\nwords = ["cowboy*"]\ninstead = "say what was missing"\n', encoding="utf-8"
    )
    found = list(findings("a.md", ["Cowboys changed it."], set(), 1, read_phrases(tmp_path)))
    assert [one.message for one in found] == ["“cowboys” blames persons; say what was missing"]


@pytest.mark.parametrize(
    "text",
    [
        "phrase = 3",
        "[[phrase]]\nwords = []\ninstead = 'x'",
        "[[phrase]]\nwords = ['*']\ninstead = 'x'",
        "[[phrase]]\nwords = ['a']",
        "[[phrase]]\nwords = ['a']\ninstead = 'x'\nother = 1",
        "[[phrase",
        "persons = [1]",
        f"[[phrase]]\nwords = ['{'a' * 101}']\ninstead = 'x'",
    ],
)
def test_a_list_that_is_none_is_an_error_with_its_file(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        phrases_of(OWN_FILE, text)
    assert OWN_FILE in caught.value.message
    assert caught.value.hint
