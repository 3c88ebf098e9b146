"""Front matter -> metadata, with a problem that names its line for each value it cannot use.

YAML between ``---`` lines, as MkDocs reads it, or TOML between ``+++`` lines. Only the fields of
``Metadata`` are read; dates are parsed here and never by YAML, whose own parser refuses a whole
block for one impossible date. No tag, anchor or alias is obeyed, so content can neither make
objects nor grow. It reads no files and fixes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from indexer.model import Metadata, Problem, Severity

MAX_BYTES = 65_536
"""A longer block is no front matter but a document that lost its closing line."""
_MAX_DEPTH = 50

_FENCES = {"---": re.compile(r"(?:---|\.\.\.)[ \t]*$"), "+++": re.compile(r"\+\+\+[ \t]*$")}
_OWNER_KEYS = ("owner", "author", "authors")
_DATE_KEYS = ("date", "published", "created")
_ISO_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?$")
_KEY_LINE = re.compile(r"[\"']?([\w-]+)[\"']?\s*[:=]")

Report = Callable[[int, str, str, Severity], None]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields as written, the body, and the 1-based line on which the body begins."""

    fields: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int


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
        problem = Problem(path, 1, "front-matter", f"no closing {fence} line for the front matter")
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


def _read_yaml(block: str) -> tuple[dict[str, Any], tuple[int, str] | None]:
    import yaml

    try:
        refused = _aliases_or_depth(block)
        if refused:
            return {}, refused
        value = yaml.load(block, Loader=_loader())  # noqa: S506  # it is a safe loader with less
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(error.problem or error.context).split())
        return {}, ((mark.line if mark else 0) + 1, f"malformed YAML: {said}")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return {}, (1, f"malformed YAML: {' '.join(str(error).split())[:200]}")
    if value is None:
        return {}, None
    if not isinstance(value, dict):
        return {}, (1, "front matter must be a list of 'key: value' lines")
    return {str(key).lower(): item for key, item in value.items()}, None


def _loader() -> Any:
    """A safe loader that leaves dates as text: ours says on which line one is impossible."""
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc,valid-type]  # the base is chosen at run time
        yaml_implicit_resolvers: ClassVar = {
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in base.yaml_implicit_resolvers.items()
        }

    return Loader


def _aliases_or_depth(block: str) -> tuple[int, str] | None:
    """Line and name of what could make the loader grow or recurse without bound."""
    import yaml

    depth = 0
    for event in yaml.parse(block, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return line, "aliases are not used here"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                return line, "nested too deeply"
        depth -= isinstance(event, yaml.CollectionEndEvent)
    return None


def _read_toml(block: str) -> tuple[dict[str, Any], tuple[int, str] | None]:
    try:
        fields = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"line (\d+)", str(error))
        return {}, (int(at[1]) if at else 1, f"malformed TOML: {error}")
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

    def report(key: str, message: str) -> None:
        line = matter.lines.get(key, 1)
        problems.append(Problem(path, line, "field", f"{key}: {message}", Severity.ERROR))

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


@dataclass(frozen=True, slots=True)
class _Fields:
    fields: dict[str, Any]
    report: Callable[[str, str], None]

    def text(self, key: str) -> str:
        value = self.fields.get(key)
        if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
            return _one_line("" if value is None else str(value))
        self.report(key, f"must be text, not {_kind(value)}")
        return ""

    def words(self, *keys: str) -> list[str]:
        """A list of words, or one text with commas, under the first key that is present."""
        for key in keys:
            value = self.fields.get(key)
            if value is None:
                continue
            items = value if isinstance(value, list) else str(value).split(",")
            if isinstance(value, dict) or any(isinstance(item, dict | list) for item in items):
                self.report(key, f"must be a list of words, not {_kind(value)}")
                return []
            words = [_one_line(str(item)) for item in items if item is not None]
            return [word for word in words if word]
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
            parsed = parse_iso_date(str(value).strip())
            if parsed is None and key == "date":
                self.report(
                    key, f"'{_one_line(str(value))[:40]}' is no date; write it as 2026-03-20"
                )
            if parsed is not None or key == "date":
                return parsed
        return None


def parse_iso_date(text: str) -> dt.date | None:
    """The date a text begins with, in the order year, month, day; None if it is none."""
    match = _ISO_DATE.match(text)
    if not match:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _kind(value: object) -> str:
    names = {dict: "a map", list: "a list", bool: "true or false"}
    return names.get(type(value), type(value).__name__)
