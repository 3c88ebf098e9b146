"""The rule that no wording blames persons, with what to write instead. Pure.

The words are data: ``indexer/data/blame/*.toml``, and a wiki's own ``site_config/blame.toml`` in
the same form. What is inside code, comments or the target of a link is not looked at.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from indexer.errors import SettingsError
from indexer.markdown import without_code
from indexer.message import Message, say
from indexer.model import Severity
from indexer.practice.checking.rule import Finding, Rule
from indexer.private_folder import leads_out
from indexer.tokens import simplified

OWN_FILE = "site_config/blame.toml"
BLAME = Rule(
    "blame",
    Severity.WARNING,
    say("A wording blames persons."),
    say("Who fears blame tells less, and the condition that let it happen stays for the next one."),
)
RULES = (BLAME,)

_LONGEST_FILE = 65_536
_MOST_PHRASES = 1_000
_LONGEST_PHRASE = 100
_LONGEST_LINE = 10_000  # characters; nobody reads a longer one
_SIGNS = str.maketrans("’‘＇　", "''' ")
_STEM = re.compile(r"[^\s*<>…]+")


class Phrase(NamedTuple):
    """One wording: ``stem`` is a part that every line with it holds, in lower case."""

    stem: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    instead: str


def read_phrases(root: Path) -> tuple[Phrase, ...]:
    """Those that come with kb and the wiki's own. Raises SettingsError."""
    return (*_built_in(), *_own(root))


def phrases_of(path: str, text: str, persons: Sequence[str] = ()) -> tuple[Phrase, ...]:
    """The phrases of one file. Raises SettingsError."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(say("{path}: {error}", path=path, error=error)) from error
    entries = written.get("phrase", [])
    named = written.get("persons", [])
    if set(written) - {"phrase", "persons"} or not isinstance(entries, list) or not _texts(named):
        raise _wrong(say("{path}: it holds [[phrase]] tables and persons alone", path=path))
    found: list[Phrase] = []
    for number, entry in enumerate(entries, start=1):
        if not _is_phrase(entry):
            raise _wrong(
                say("{path}: the phrase number {number} cannot be used", path=path, number=number),
            )
        unless = [_pattern(words, named or persons) for words in entry.get("unless", [])]
        exceptions = re.compile("|".join(unless), re.IGNORECASE) if unless else None
        for words in entry["words"]:
            pattern = re.compile(_pattern(words, named or persons), re.IGNORECASE)
            found.append(Phrase(_stem(words), pattern, exceptions, entry["instead"]))
    if len(found) > _MOST_PHRASES:
        raise _wrong(say("{path}: more than {most} phrases", path=path, most=_MOST_PHRASES))
    return tuple(found)


def findings(
    path: str,
    lines: Sequence[str],
    code: Collection[int],
    body_line: int,
    phrases: Iterable[Phrase],
) -> Iterator[Finding]:
    """Lines of a body that blame somebody, each with the first wording that does."""
    folded = "\n".join(lines).lower().translate(_signs())
    near = [phrase for phrase in phrases if phrase.stem in folded]
    if not near:
        return
    for position, line in enumerate(folded.split("\n")):
        if position in code or not any(phrase.stem in line for phrase in near):
            continue
        readable = without_code(line[:_LONGEST_LINE])
        for phrase in near:
            words = _blames(phrase, readable) if phrase.stem in readable else ""
            if words:
                said = say(
                    "“{words}” blames persons; {instead}", words=words, instead=phrase.instead
                )
                yield Finding(path, position + body_line, BLAME.code, said)
                break


def _blames(phrase: Phrase, line: str) -> str:
    excused = [match.span() for match in phrase.unless.finditer(line)] if phrase.unless else []
    for match in phrase.pattern.finditer(line):
        if not any(start < match.end() and match.start() < end for start, end in excused):
            return " ".join(match[0].split())
    return ""


@cache
def _signs() -> dict[int, int | str]:
    """One character for one: Traditional to Simplified, and the signs of typography."""
    return {**simplified(), **_SIGNS}


@cache
def _built_in() -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    folder = resources.files("indexer") / "data" / "blame"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            found += phrases_of(file.name, file.read_text(encoding="utf-8"))
    return tuple(found)


def _own(root: Path) -> tuple[Phrase, ...]:
    file = root / OWN_FILE
    try:
        if leads_out(file, root):
            raise OSError("it leads out of this wiki")
        with file.open(encoding="utf-8") as handle:
            text = handle.read(_LONGEST_FILE + 1)
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            say("{path} cannot be read: {error}", path=OWN_FILE, error=error),
            say("save it as UTF-8 text"),
        ) from error
    if len(text) > _LONGEST_FILE:
        raise _wrong(
            say("{path} is longer than {limit:,} characters", path=OWN_FILE, limit=_LONGEST_FILE),
        )
    return phrases_of(OWN_FILE, text)


def _is_phrase(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and not set(entry) - {"words", "instead", "unless"}
        and _texts(entry.get("words"))
        and _texts(entry.get("unless", []))
        and isinstance(entry.get("instead"), str)
        and bool(entry["words"])
        and all(_STEM.search(words.replace("<person>", "")) for words in entry["words"])
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, str) and 0 < len(one) <= _LONGEST_PHRASE for one in value
    )


def _stem(words: str) -> str:
    """The longest run of a phrase that stands in every text with it."""
    return str(max(_STEM.findall(words.replace("<person>", " ").lower()), key=len))


def _pattern(words: str, persons: Sequence[str]) -> str:
    """``*`` is any end of a word, ``…`` a few words between, ``<person>`` any of the persons."""
    parts = []
    for part in re.split(r"(\*|…|\s+|<person>)", words.lower().strip()):
        if part == "*":
            parts.append(r"\w{0,12}")
        elif part == "…":
            parts.append(r"[^.!?;。！？；\n]{0,24}?")
        elif part == "<person>":
            parts.append("(?:" + "|".join(map(re.escape, persons)) + ")" if persons else r"\w+")
        else:
            parts.append(r"\s+" if part.isspace() else re.escape(part))
    start = r"(?<![a-z0-9_])" if words[0].isascii() else ""
    end = r"(?![a-z0-9_])" if words[-1].isascii() and words[-1] != "*" else ""
    return f"(?:{start}{''.join(parts)}{end})"


def _wrong(message: Message) -> SettingsError:
    return SettingsError(message, say("mend it as kb/manual/check.md shows, or delete it"))
