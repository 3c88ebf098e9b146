"""The catalogue and the code say the same, and the Chinese is written as Chinese is."""

from __future__ import annotations

import os
import re
import string

import pytest

from tests.language import catalogue
from tests.language.catalogue import Id

_FIELDS = re.compile(r"\{[^{}]*\}")
_CHINESE = r"[\u4e00-\u9fff]"
_NOT_CHINESE = {
    "half-width punctuation after Chinese": rf"{_CHINESE} ?[,;:!?()]",
    "half-width punctuation before Chinese": rf"[,;!?()] ?{_CHINESE}",
    "a half-width full stop": rf"{_CHINESE}\.",
    "dots for an ellipsis": r"\.\.\.",
    "a space beside full-width punctuation": r" [，。：；？！（）、]|[，。：；？！（）、] (?! \[)",
    "no space between Chinese and Latin": rf"{_CHINESE}[A-Za-z0-9]|[A-Za-z0-9]{_CHINESE}",
}


@pytest.fixture(scope="module", autouse=True)
def _regenerated() -> None:
    if os.environ.get("KB_REGENERATE"):
        catalogue.regenerate()


@pytest.fixture(scope="module")
def translations() -> dict[Id, Id]:
    return catalogue.translations(catalogue.written())


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _texts(message: Id) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else message


def test_every_message_is_written_out_where_it_is_said() -> None:
    assert catalogue.not_written_out() == []


def test_the_catalogue_holds_every_message_and_no_stale_one(translations: dict[Id, Id]) -> None:
    ours = {message for message, _ in catalogue.ours()}
    clicks = {message for message, _ in catalogue.of_click()}
    assert len(ours) > 200
    assert ours - set(translations) == set()
    assert set(translations) - ours - clicks == set()


def test_every_message_is_translated(translations: dict[Id, Id]) -> None:
    assert [m for m, said in translations.items() if not all(_texts(said))] == []
    assert [message.id for message in catalogue.written() if message.fuzzy] == []


def test_the_fields_of_translations_are_those_of_the_messages(
    translations: dict[Id, Id],
) -> None:
    clicks = {message for message, _ in catalogue.of_click()}
    for message, said in translations.items():
        asked = set().union(*map(_fields, _texts(said)))
        given = set().union(*map(_fields, _texts(message)))
        assert asked <= given, message
        if message not in clicks:  # its words "file" and "number type" are left out
            assert asked == given, message


def test_examples_stay_examples(translations: dict[Id, Id]) -> None:
    """What is to be typed is the same in both languages."""
    blocks = [m for m in translations if isinstance(m, str) and m.startswith("Examples:")]
    assert len(blocks) >= 8
    for block in blocks:
        lines = [text.split("\n")[1:] for text in (block, str(translations[block]))]
        typed = [[re.split(r" {4,}", line.strip())[0] for line in half] for half in lines]
        assert typed[0] == typed[1]


@pytest.mark.parametrize("name", _NOT_CHINESE)
def test_chinese_is_written_as_chinese(name: str, translations: dict[Id, Id]) -> None:
    wrong = [
        text
        for message, said in translations.items()
        if not str(message).startswith("Examples:")
        for text in _texts(said)
        if re.search(_NOT_CHINESE[name], _FIELDS.sub("\ufffc", text))
    ]
    assert wrong == []


def test_what_is_compiled_is_what_is_written(translations: dict[Id, Id]) -> None:
    assert catalogue.translations(catalogue.compiled()) == translations
