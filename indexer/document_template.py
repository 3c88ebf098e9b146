"""The template of a document type, filled in: ``template.LANG.md`` -> the text of a new document.

A field stands between two braces, ``{{title}}``; those that are known are ``FIELDS``, and a day may
be counted on: ``{{date + 14 days}}``. What is filled in is untrusted: in the front matter it is
quoted so that it stays one value, in the text it is one line, and what it holds is never read as a
field. A type without a template gets one from its sections. It writes no files.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import NamedTuple

from indexer import front_matter
from indexer.document_types import DocumentType, read_file
from indexer.due_dates import later
from indexer.errors import SettingsError
from indexer.message import Message, say

_FIELD = re.compile(r"\{\{([^{}\n]{0,80})\}\}")
_DATE = re.compile(r"date(?:\s*\+\s*(?P<span>.+))?$")
_PLAIN = re.compile(r"[^\W\d_][\w./ -]*$")
_NOT_PLAIN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})

FIELDS = ("title", "date", "owner", "project", "tags", "from", "from_link", "lifted")

_MOST_TITLE = 200  # characters


class Filling(NamedTuple):
    """What a template is filled with; empty is what nobody said.

    ``source`` is the path, from the new document, of that from which it is made; ``source_title``
    its title, ``lifted`` the Markdown that was taken from it.
    """

    title: str
    date: dt.date
    owner: str = ""
    project: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    source_title: str = ""
    lifted: str = ""


class Template(NamedTuple):
    """``path`` is how a person names the file; ``text`` has LF line ends."""

    path: str
    text: str

    def filled(self, filling: Filling) -> str:
        """The document. Raises SettingsError for a field that is unknown."""
        lines = self.text.split("\n")
        below = front_matter.split(self.path, self.text)[0].body_line - 1
        fence = lines[0].rstrip() if below else ""
        written: list[str] = []
        for number, line in enumerate(lines):
            if number < below:
                written.append(self._in_front_matter(number, line, filling, fence))
                continue
            filled = self._in_body(number, line, filling)
            if filled or not line:
                _add(written, filled)
        return "\n".join(written)

    def fields(self) -> frozenset[str]:
        """Those that stand in it."""
        return frozenset(match[1].strip() for match in _FIELD.finditer(self.text))

    def _in_front_matter(self, number: int, line: str, filling: Filling, fence: str) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name == "tags":
                return "[" + ", ".join(_quoted(tag, fence) for tag in filling.tags) + "]"
            if _DATE.match(name):
                return self._date(number, name, filling.date)
            return _quoted(self._text(number, name, filling), fence)

        return _FIELD.sub(value, line).rstrip()

    def _in_body(self, number: int, line: str, filling: Filling) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1].strip()
            if _DATE.match(name):
                return self._date(number, name, filling.date)
            return self._text(number, name, filling)

        filled = _FIELD.sub(value, line)
        return filled if filled == line or filled.strip() else ""

    def _date(self, number: int, name: str, date: dt.date) -> str:
        found = _DATE.match(name)
        assert found
        day = later(date, found["span"]) if found["span"] else date
        if day is None:
            raise self.wrong(number, say("{field} is no day", field=name[:40]))
        return day.isoformat()

    def _text(self, number: int, name: str, filling: Filling) -> str:
        texts = {
            "title": filling.title,
            "owner": filling.owner,
            "project": filling.project,
            "tags": ", ".join(filling.tags),
            "from": filling.source,
            "from_link": _origin_link(filling),
            "lifted": filling.lifted,
        }
        if name not in texts:
            raise self.wrong(number, say("unknown field {field}", field=name[:40]))
        return texts[name]

    def wrong(self, number: int, reason: Message) -> SettingsError:
        """What is to be raised for the line of that number, counted from 0."""
        known = ", ".join(f"{{{{{name}}}}}" for name in (*FIELDS, "date + 14 days"))
        return SettingsError(
            say("{path}:{line}: {reason}", path=self.path, line=number + 1, reason=reason),
            say("a template may hold {known}", known=known),
        )


def read_template(type_: DocumentType, language: str) -> Template:
    """That of the type in this language, tried out. Raises SettingsError for one that cannot be
    used.
    """
    name = f"template.{language}.md"
    text = read_file(type_, name)
    if text is None:
        return Template(type_.shown, _made(type_, language))
    template = Template(f"{type_.shown}/{name}", text.replace("\r\n", "\n").replace("\r", "\n"))
    _try_out(template, type_)
    return template


def one_line(text: str) -> str:
    """A title as it can stand in a line: no line ends, nothing that steers a terminal."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:_MOST_TITLE].rstrip()


_ODD = "#: odd \"title\" 'of' [a] {b} 标题 - \\ end"


def _try_out(template: Template, type_: DocumentType) -> None:
    """Raises SettingsError unless the filled template has a front matter that says what it must."""
    text = template.filled(Filling(_ODD, dt.date(2026, 1, 31), _ODD, _ODD, (_ODD,), _ODD, _ODD))
    matter, problems = front_matter.split(template.path, text)
    if problems:
        raise template.wrong(problems[0].line - 1, problems[0].message)
    for key, wanted, value in (
        ("title", _ODD, "{{title}}"),
        ("type", type_.name, type_.name),
    ):
        if matter.fields.get(key, wanted) != wanted:
            said = say("{key} cannot stand like this; write {key}: {value}", key=key, value=value)
            raise template.wrong(matter.lines.get(key, 1) - 1, said)
    if type_.origin and "from" not in template.fields():
        said = say(
            "{field} is missing, for documents of this type are made from others", field="{{from}}"
        )
        raise template.wrong(0, said)


def _made(type_: DocumentType, language: str) -> str:
    """A template of the required sections."""
    source = ["source: {{from}}"] if type_.origin else []
    matter = [
        "---",
        "title: {{title}}",
        f"type: {type_.name}",
        f"lang: {language}",
        "date: {{date}}",
        "owner: {{owner}}",
        "project: {{project}}",
        "tags: {{tags}}",
        *source,
        "---",
    ]
    lifted = ["{{lifted}}", "", "{{from_link}}", ""] if type_.origin else []
    sections = [line for s in type_.sections for line in (f"## {s.name(language)}", "")]
    return "\n".join([*matter, "", "# {{title}}", "", *lifted, *sections])


def _add(written: list[str], filled: str) -> None:
    """One line more, or several; no second empty line where a field before it was empty."""
    if filled or not written or written[-1]:
        written.append(filled)


def _origin_link(filling: Filling) -> str:
    return markdown_link(filling.source_title, filling.source) if filling.source else ""


def _quoted(text: str, fence: str) -> str:
    """The text as a value that stays one, in YAML or, between ``+++``, in TOML."""
    if fence != "+++" and (not text or (_PLAIN.match(text) and text.lower() not in _NOT_PLAIN)):
        return text
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "")


def markdown_link(title: str, target: str) -> str:
    """A link that shows the title and leads to the path, whatever stands in them."""
    target = target.replace("%", "%25")
    shown = re.sub(r"([\\\[\]`*_<])", r"\\\1", title)
    return f"[{shown}](<{target}>)" if re.search(r"[\s()<>]", target) else f"[{shown}]({target})"
