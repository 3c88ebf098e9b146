"""Front matter -> metadata, with a problem that names its line for each value it cannot use.

YAML between ``---`` lines, as MkDocs reads it, or TOML between ``+++`` lines. Only the fields of
``Metadata`` are read, each as the author wrote it: YAML's own loader would refuse a whole block
for one impossible date and take 010 for 8. No tag, anchor or alias is obeyed, so content can
neither make objects nor grow. It reads no files and fixes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from indexer.message import NOTHING, Message, say
from indexer.model import Metadata, Problem, Severity
from indexer.tokens import comparable

MAX_BYTES = 65_536
"""A longer block is no front matter but a document that lost its closing line."""
_MAX_DEPTH = 50
_MAX_CHARACTERS = 1000  # of one value: a title goes with every piece of its document
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}

_FENCES = {"---": re.compile(r"(?:---|\.\.\.)[ \t]*$"), "+++": re.compile(r"\+\+\+[ \t]*$")}
_OWNER_KEYS = ("owner", "author", "authors")
_DATE_KEYS = ("date", "published", "created")
_ISO_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[t (].*|(?<=[日号])\d.*)?$"
)
_COMMA = re.compile("[,，、]")
_KEY_LINE = re.compile(r"[\"']?([\w-]+)[\"']?\s*[:=]")

Report = Callable[[int, str, str, Severity], None]


class FrontMatter(NamedTuple):
    """The fields as written, the body, and the 1-based line on which the body begins."""

    fields: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int


class _RefusedError(Exception):
    """YAML that is well formed and yet not taken; ``line`` counts from 1 in the block."""

    def __init__(self, message: Message, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def split(path: str, text: str) -> tuple[FrontMatter, list[Problem]]:
    """Part the front matter from the body; a block that cannot be read is only reported."""
    fence = text[:3]
    head, newline, _ = text.partition("\n")
    if fence not in _FENCES or head.rstrip() != fence or not newline:
        return FrontMatter({}, {}, text, 1), []
    lines = text.split("\n")
    end = _closing_line(lines, _FENCES[fence])
    if end is None:
        if fence == "---" and not _KEY_LINE.match(lines[1]):
            return FrontMatter({}, {}, text, 1), []  # a thematic break opens the document
        said = say("no closing {fence} line for the front matter", fence=fence)
        problem = Problem(path, 1, "front-matter", said)
        return FrontMatter({}, {}, text, 1), [problem]
    body, body_line = "\n".join(lines[end + 1 :]), end + 2
    block = "\n".join(lines[1:end])
    fields, failure = _read_toml(block) if fence == "+++" else _read_yaml(block)
    problems = (
        [] if failure is None else [Problem(path, failure[0] + 1, "front-matter", failure[1])]
    )
    return FrontMatter(fields, _key_lines(lines[1:end]), body, body_line), problems


def _closing_line(lines: list[str], closing: re.Pattern[str]) -> int | None:
    size = 0
    for number, line in enumerate(lines[1:], start=1):
        if closing.match(line):
            return number
        size += len(line)
        if size > MAX_BYTES:
            return None
    return None


def _read_yaml(block: str) -> tuple[dict[str, Any], tuple[int, Message] | None]:
    import yaml

    try:
        value = _built(yaml.parse(block, Loader=getattr(yaml, "CLoader", yaml.Loader)))
    except _RefusedError as error:
        return {}, (error.line, error.message)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(error.problem or error.context).split())
        return {}, ((mark.line if mark else 0) + 1, say("malformed YAML: {error}", error=said))
    except yaml.reader.ReaderError as error:
        # The only one without a mark; libyaml and PyYAML count its position differently.
        character = chr(error.character) if isinstance(error.character, int) else ""
        line = block.count("\n", 0, max(0, block.find(character))) + 1
        return {}, (line, say("malformed YAML: {error}", error=error.reason))
    if value is None:
        return {}, None
    if not isinstance(value, dict):
        return {}, (1, say("front matter must be a list of 'key: value' lines"))
    return {key.lower(): item for key, item in value.items()}, None


def _built(events: Iterator[Any]) -> Any:
    """Lists, maps and texts out of YAML's events, and nothing else.

    Numbers, dates and "yes" stay what the author wrote. A loader would give us all that content
    must not have: tags that make objects, aliases that grow, recursion. Raises _RefusedError.
    """
    import yaml

    holders: list[Any] = [[]]  # the outermost list, and what is open inside it
    keys: list[str | None] = [None]  # of each holder that is a map: the key that waits for a value
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            holders.pop()
            keys.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        node: Any = event  # the stubs know neither libyaml's marks nor a scalar's value
        holder, key = holders[-1], keys[-1]
        is_key = isinstance(holder, dict) and key is None
        is_second = len(holders) == 1 and bool(holder)
        refusal = _refusal(event, len(holders), is_key=is_key, is_second=is_second)
        if refusal:
            raise _RefusedError(refusal, node.start_mark.line + 1)
        value = _value(event)
        if isinstance(holder, list):
            holder.append(value)
        elif key is None:
            keys[-1] = node.value
        else:
            holder[key] = value
            keys[-1] = None
        if isinstance(event, yaml.CollectionStartEvent):
            holders.append(value)
            keys.append(None)
    return holders[0][0] if holders[0] else None


def _refusal(event: Any, depth: int, *, is_key: bool, is_second: bool) -> Message:
    """Why a node cannot be taken; empty if it can."""
    import yaml

    if isinstance(event, yaml.AliasEvent):
        return say("aliases are not used here")
    if is_second:
        return say("only one YAML document can stand here")
    if is_key and not isinstance(event, yaml.ScalarEvent):
        return say("a key must be a text")
    return say("nested too deeply") if depth > _MAX_DEPTH else NOTHING


def _value(event: Any) -> Any:
    import yaml

    if isinstance(event, yaml.ScalarEvent):
        # Implicit: written without quotes or tag, so that a word may mean a constant.
        text: str = event.value
        return _CONSTANTS.get(text.lower(), text) if event.implicit[0] else text
    return {} if isinstance(event, yaml.MappingStartEvent) else []


def _read_toml(block: str) -> tuple[dict[str, Any], tuple[int, Message] | None]:
    try:
        fields = tomllib.loads(block)
    except (ValueError, RecursionError) as error:  # ValueError: a number of 5,000 digits, too
        at = re.search(r"line (\d+)", str(error))
        return {}, (int(at[1]) if at else 1, say("malformed TOML: {error}", error=error))
    extra = fields.get("extra")
    merged = {**extra, **fields} if isinstance(extra, dict) else fields
    return {key.lower(): value for key, value in merged.items()}, None


def _key_lines(lines: list[str]) -> dict[str, int]:
    """Line in the file of each top-level key."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=2):
        match = _KEY_LINE.match(line)
        if match:
            found.setdefault(match[1].lower(), number)
    return found


def metadata(
    path: str, matter: FrontMatter, title: str, type_: str
) -> tuple[Metadata, list[Problem]]:
    """The metadata; ``title`` and ``type_`` stand in where the front matter gives none."""
    problems: list[Problem] = []

    def report(key: str, problem: Message) -> None:
        line = matter.lines.get(key, 1)
        said = say("{key}: {problem}", key=key, problem=problem)
        problems.append(Problem(path, line, "field", said, Severity.ERROR))

    read = _Fields(matter.fields, report)
    return Metadata(
        title=read.text("title") or title,
        type=read.text("type") or type_,
        date=read.date(),
        owner=", ".join(read.words(*_OWNER_KEYS)),
        project=read.text("project"),
        status=read.text("status"),
        tags=tuple(dict.fromkeys(read.words("tags"))),
    ), problems


class _Fields(NamedTuple):
    fields: dict[str, Any]
    report: Callable[[str, Message], None]

    def text(self, key: str) -> str:
        value = self.fields.get(key)
        if value is None:
            return ""
        if not _is_text(value):
            self.report(key, say("must be text, not {kind}", kind=_kind(value)))
            return ""
        return self._cut(key, _one_line(str(value)))

    def _cut(self, key: str, text: str) -> str:
        if len(text) > _MAX_CHARACTERS:
            said = say(
                "has {count:,} characters; the first {limit:,} count",
                count=len(text),
                limit=_MAX_CHARACTERS,
            )
            self.report(key, said)
        return text[:_MAX_CHARACTERS].rstrip()

    def words(self, *keys: str) -> list[str]:
        """A list of words, or one text with commas, under the first key that is present."""
        for key in keys:
            value = self.fields.get(key)
            if value is None:
                continue
            items = value if isinstance(value, list) else [value]
            wrong = next((i for i in items if i is not None and not _is_text(i)), None)
            if wrong is not None:
                self.report(key, _no_words(wrong, listed=isinstance(value, list)))
                return []
            if not isinstance(value, list):
                items = _COMMA.split(str(value))
            words = [_one_line(str(item)) for item in items if item is not None]
            return [self._cut(key, word) for word in words if word]
        return []

    def date(self) -> dt.date | None:
        for key in _DATE_KEYS:
            value = self.fields.get(key)
            if isinstance(value, dt.datetime):
                return value.date()
            if isinstance(value, dt.date):
                return value
            if value is None or value == "":
                continue
            written = _one_line(str(value))[:40] if _is_text(value) else _kind(value)
            parsed = parse_iso_date(written)
            if parsed is None and key == "date":
                said = say("'{text}' is no date; write it as 2026-03-20", text=written)
                self.report(key, said)
            if parsed is not None or key == "date":
                return parsed
        return None


def parse_iso_date(text: str) -> dt.date | None:
    """The date a text begins with, in the order year, month, day; None if it is none.

    Full-width digits and the spaces in "2026 年 3 月 20 日" make no difference.
    """
    match = _ISO_DATE.match(comparable(text))
    if not match:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _is_text(value: object) -> bool:
    """Text, or a number of TOML that can be printed: a hexadecimal one may have no end."""
    if isinstance(value, int):
        return not isinstance(value, bool) and value.bit_length() <= 64
    return isinstance(value, str | float)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _no_words(wrong: object, *, listed: bool) -> Message:
    if listed:
        return say("must be a list of words, but holds {kind}", kind=_kind(wrong))
    return say("must be a list of words, not {kind}", kind=_kind(wrong))


def _kind(value: object) -> str:
    names = {
        dict: say("a map"),
        list: say("a list"),
        bool: say("true or false"),
        int: say("a huge number"),
    }
    return names.get(type(value), type(value).__name__)
