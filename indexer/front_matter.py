"""The block at the top of a document -> its fields as they were written, and the body below it.

YAML between ``---`` lines, as MkDocs reads it, or TOML between ``+++`` lines. Each value stays as
the author wrote it: YAML's own loader would refuse a whole block for one impossible date and take
010 for 8. No tag, anchor or alias is obeyed, so content can neither make objects nor grow. It reads
no files, fixes nothing, and knows no field (``indexer.metadata`` does).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from indexer.message import NOTHING, Message, say
from indexer.model import Problem
from indexer.toml_text import read_toml

MAX_BYTES = 65_536
"""A longer block is no front matter but a document that lost its closing line."""
_MAX_DEPTH = 50
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}

_FENCES = {"---": re.compile(r"(?:---|\.\.\.)[ \t]*$"), "+++": re.compile(r"\+\+\+[ \t]*$")}
_KEY_LINE = re.compile(r"[\"']?([\w-]+)[\"']?\s*[:=]")


class FrontMatter(NamedTuple):
    """The fields as written, the body, and the 1-based line on which the body begins."""

    fields: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int


class _RefusedError(Exception):
    """YAML that is well formed and yet not taken; ``mark`` is YAML's of the place."""

    def __init__(self, message: Message, mark: Any) -> None:
        super().__init__(message)
        self.message = message
        self.mark = mark


def split(path: str, text: str) -> tuple[FrontMatter, list[Problem]]:
    """Part the front matter from the body; a block that cannot be read is only reported."""
    fence = _fence(text)
    if not fence:
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


def body_line(lines: list[str]) -> int:
    """The 1-based line on which the body begins, as ``split`` says it, without reading a field."""
    fence = _fence("\n".join(lines[:2]))
    end = _closing_line(lines, _FENCES[fence]) if fence else None
    return 1 if end is None else end + 2


def _fence(text: str) -> str:
    """What opens the front matter; empty if the text has none."""
    fence = text[:3]
    head, newline, _ = text.partition("\n")
    return fence if fence in _FENCES and head.rstrip() == fence and newline else ""


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
        return {}, (_line_at(block, error.mark), error.message)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(error.problem or error.context).split())
        return {}, (_line_at(block, mark), say("malformed YAML: {error}", error=said))
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


def _line_at(block: str, mark: Any) -> int:
    """The line of a mark, from 1: YAML also ends lines where an editor does not, at U+2028."""
    return block.count("\n", 0, mark.index) + 1 if mark else 1


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
            raise _RefusedError(refusal, node.start_mark)
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
        fields = read_toml(block)
    except ValueError as error:
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
