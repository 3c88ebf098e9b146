"""A sentence for a person that can still be said in another language.

The core speaks English and knows neither screens nor languages. It says ``say("{path} cannot be
read", path=path)``: the English sentence, which remembers its template and its fields, so that a
face can look the template up in a catalogue. Templates are ours and written out where they are
said, so that the catalogue can be checked against the code; fields may hold untrusted content and
are never read as templates.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Field = str | int | float


_LONGEST_SPECIFICATION = 6
"""Templates may come over the socket or out of a file: no width of theirs fills the memory."""


class _Formatter(string.Formatter):
    """Names and format specifications only: a template reaches no attribute and no item."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if len(format_spec) > _LONGEST_SPECIFICATION:
            raise ValueError("a format of that width is none of ours")
        return str(super().format_field(value, format_spec))


_FORMATTER = _Formatter()


class Message(str):
    """The English sentence; ``template`` and ``fields`` are what it was made of."""

    __slots__ = ("fields", "template")

    template: str
    fields: Mapping[str, Field]

    def __new__(cls, template: str, fields: Mapping[str, Field]) -> Message:
        message = super().__new__(cls, _FORMATTER.vformat(template, (), fields))
        message.template = template
        message.fields = fields
        return message

    def __getnewargs__(self) -> tuple[str, Mapping[str, Field]]:  # type: ignore[override]  # str gives one
        return self.template, self.fields  # for copies: str's own would pass the sentence

    def rendered(self, translate: Callable[[str], str]) -> str:
        """The sentence with its template, and those of its fields, as ``translate`` gives them."""
        fields = {
            name: value.rendered(translate) if isinstance(value, Message) else value
            for name, value in self.fields.items()
        }
        return _FORMATTER.vformat(translate(self.template), (), fields)


def say(template: str, /, **fields: object) -> Message:
    """The message; a field that is no text, number or message becomes text."""
    plain = {n: v if isinstance(v, str | int | float) else str(v) for n, v in fields.items()}
    return Message(template, plain)


NOTHING = Message("", {})
"""No message: what there is to say when there is nothing to say."""


def to_json(message: Message) -> str:
    """The message as it can be kept: ``[template, fields]``, the fields' messages likewise."""
    return json.dumps(as_plain(message))


def from_json(text: str) -> Message:
    """The message that ``to_json`` wrote down."""
    return from_plain(*json.loads(text))


def as_plain(message: Message) -> list[object]:
    """``[template, fields]``, the fields' messages likewise: for JSON."""
    fields = message.fields.items()
    return [
        message.template,
        {name: as_plain(field) if isinstance(field, Message) else field for name, field in fields},
    ]


def from_plain(template: str, fields: Mapping[str, Any]) -> Message:
    """The message that ``as_plain`` took apart."""
    said = ((name, from_plain(*v) if isinstance(v, list) else v) for name, v in fields.items())
    return Message(template, dict(said))
