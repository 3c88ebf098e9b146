"""A message is its English sentence, and can be said again in another language."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from indexer.message import NOTHING, Message, from_json, say, to_json

_CHINESE = {
    "{path} cannot be read: {error}": "无法读取 {path}：{error}",
    "no space": "没有空间",
    "{count:,} of {count}": "共 {count}，即 {count:,}",
}


def _in_chinese(template: str) -> str:
    return _CHINESE.get(template, template)


def test_a_message_is_an_english_sentence() -> None:
    message = say("{path} cannot be read: {error}", path=Path("kb") / "a.md", error="torn")
    assert message == "kb/a.md cannot be read: torn"
    assert message.template == "{path} cannot be read: {error}"
    assert message.fields == {"path": "kb/a.md", "error": "torn"}
    assert not NOTHING


def test_it_is_said_in_another_language_with_the_messages_in_it() -> None:
    message = say("{path} cannot be read: {error}", path="a.md", error=say("no space"))
    assert message == "a.md cannot be read: no space"
    assert message.rendered(_in_chinese) == "无法读取 a.md：没有空间"
    assert say("{count:,} of {count}", count=1234).rendered(_in_chinese) == "共 1234，即 1,234"


@pytest.mark.parametrize("content", ["{path}", "{", "}}", "{0}", "no space", "%s", "{path.x[0]}"])
def test_what_a_field_holds_is_never_a_template(content: str) -> None:
    message = say("{path} cannot be read: {error}", path=content, error=content)
    assert message == f"{content} cannot be read: {content}"
    assert message.rendered(_in_chinese) == f"无法读取 {content}：{content}"
    assert from_json(to_json(message)) == message


@pytest.mark.parametrize("template", ["{path.__class__}", "{path[0]}", "{0}", "{}"])
def test_a_template_reaches_nothing_but_its_fields(template: str) -> None:
    with pytest.raises(KeyError):
        say("{path}", path="a.md").rendered(lambda _: template)


@pytest.mark.parametrize(
    "message",
    [
        NOTHING,
        say("no space"),
        say("{count:,} of {share:.0%}", count=1234, share=0.5),
        say("{path}: {why}", path="\udcff\n", why=say("{a} and {b}", a=say("c"), b="[1, {}]")),
    ],
)
def test_a_message_that_was_kept_is_the_same(message: Message) -> None:
    for kept in (
        from_json(to_json(message)),
        copy.deepcopy(message),
        pickle.loads(pickle.dumps(message)),
    ):
        assert (kept, kept.template, kept.fields) == (message, message.template, message.fields)
        assert kept.rendered(_in_chinese) == message.rendered(_in_chinese)
