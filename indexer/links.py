"""Links in a Markdown text, and which document each one means. Pure.

Markdown's ``[text](path.md#anchor)`` and Obsidian's ``[[Name#Heading|text]]``; those inside code
are none. A wikilink names a document by its path or by its file name alone, whatever the case;
where several have the name, the nearest folder wins. It renders nothing and reads no files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from indexer.markdown import code_lines

_CODE_SPAN = r"(?<![`\\])(?P<ticks>`{1,20})(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`)"
_WIKI = r"(?P<embed>!?)\[\[(?P<wiki>[^\[\]\n|]{1,500})(?:\|(?P<alias>[^\[\]\n]{1,500}))?\]\]"
_ANGLED = r"<(?P<angled>[^<>\n]{1,2000})>"
_PLAIN = r"(?P<plain>(?:[^()\s]|\([^()\s]{0,500}\)){1,2000})"
_INLINE = rf"\]\(\s{{0,9}}(?:{_ANGLED}|{_PLAIN})"
_REFERENCE = r"^ {0,3}\[[^\[\]\n]{1,500}\]:\s{1,9}<?(?P<reference>[^\s<>]{1,2000})"
_ANY = re.compile(f"{_CODE_SPAN}|{_WIKI}|{_INLINE}|{_REFERENCE}", re.MULTILINE)
_WIKI_OR_CODE = re.compile(f"{_CODE_SPAN}|{_WIKI}")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg)\s*$", re.IGNORECASE)
_SUFFIXES = (".md", ".markdown")
_TITLE = ('"', "'", "(")


class Link(NamedTuple):
    """A link as it was written; ``line`` counts from 1 in the text, ``wiki`` tells of ``[[ ]]``."""

    target: str
    anchor: str
    line: int
    wiki: bool = False


class WrittenLink(NamedTuple):
    """A link with its target and anchor as they were ``written``, from column ``start`` on."""

    link: Link
    start: int
    written: str


class WikiLink(NamedTuple):
    """One ``[[target#heading|alias]]``; ``embed`` tells of a ``!`` before it."""

    target: str
    heading: str
    alias: str
    embed: bool

    @property
    def shown(self) -> str:
        """What stands for it in the text."""
        trail = " > ".join(part for part in (self.target, self.heading) if part)
        return self.alias or trail


def is_picture(target: str) -> bool:
    """Whether what is embedded is drawn instead of linked to."""
    return bool(_PICTURE.search(target))


def links(text: str) -> Iterator[Link]:
    """All links of a text, outside code, that may lead to another document, and all wikilinks."""
    for link, _, _ in written_links(text):
        if link.wiki or (link.target and not link.target.startswith("/")):
            yield link


def written_links(text: str) -> Iterator[WrittenLink]:
    """All links of a text, outside code, but those with a scheme such as ``https:``: also those to
    a heading of the text itself, to the root of a host, and to pictures.
    """
    lines = text.split("\n")
    code = code_lines(lines)
    for number, line in enumerate(lines):
        if code[number] or "[" not in line:
            continue
        for match in _ANY.finditer(line):
            if match["wiki"]:
                target, _, anchor = match["wiki"].partition("#")
                if not (match["embed"] and is_picture(target)):
                    link = Link(target.strip(), anchor.strip(), number + 1, wiki=True)
                    yield WrittenLink(link, match.start("wiki"), match["wiki"])
                continue
            kind = next((k for k in ("angled", "plain", "reference") if match[k]), "")
            if kind and not _SCHEME.match(match[kind]) and _is_whole(match, kind):
                target, _, anchor = match[kind].partition("#")
                link = Link(unquote(target), unquote(anchor), number + 1)
                yield WrittenLink(link, match.start(kind), match[kind])


def _is_whole(match: re.Match[str], kind: str) -> bool:
    """Whether nothing but a title follows; else it was words in brackets, or a footnote."""
    rest = match.string[match.end() :].lstrip("> \t")
    if kind == "reference":
        return not (rest and rest[0] not in _TITLE) and not match[0].lstrip().startswith("[^")
    return rest[:1] == ")" or rest[:1] in _TITLE


def replaced_wikilinks(text: str, replace: Callable[[WikiLink], str]) -> str:
    """The text with each wikilink outside code as ``replace`` gives it."""
    if "[[" not in text:
        return text

    def written(match: re.Match[str]) -> str:
        if not match["wiki"]:
            return match[0]
        target, _, heading = match["wiki"].partition("#")
        alias = (match["alias"] or "").strip()
        return replace(WikiLink(target.strip(), heading.strip(), alias, bool(match["embed"])))

    lines = text.split("\n")
    code = code_lines(lines)
    return "\n".join(
        line if code[number] or "[[" not in line else _WIKI_OR_CODE.sub(written, line)
        for number, line in enumerate(lines)
    )


def moved_links(text: str, source: str, target: str) -> str:
    """A text of the document ``source`` as it can stand in ``target``: relative links of Markdown
    outside code lead to the same files from there.
    """
    old, new = posixpath.dirname(source), posixpath.dirname(target)
    if old == new:
        return text

    def written(match: re.Match[str]) -> str:
        link = match["angled"] or match["plain"] or match["reference"]
        if not link or _SCHEME.match(link) or link.startswith(("#", "/")):
            return match[0]
        path, hash_, anchor = link.partition("#")
        path = posixpath.relpath(posixpath.join(old, path), new)
        return match[0].replace(link, path + hash_ + anchor)

    lines = text.split("\n")
    code = code_lines(lines)
    return "\n".join(
        line if code[number] or "[" not in line else _ANY.sub(written, line)
        for number, line in enumerate(lines)
    )


class Targets:
    """The documents that a link may mean."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = set(paths)
        self._by_folded = {_key(path): path for path in sorted(self._paths, reverse=True)}
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            self._by_name.setdefault(_key(path.rsplit("/", 1)[-1]), []).append(path)

    def of(self, link: Link, source: str) -> str | None:
        """The path that a link of the document ``source`` means; None if there is no such one."""
        return self.named(link.target, source) if link.wiki else self.at(link.target, source)

    def at(self, target: str, source: str) -> str | None:
        """The document at a path relative to the one that links there."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        return path if path in self._paths else None

    def all_named(self, name: str) -> list[str]:
        """The documents of this file name, in whatever folder."""
        return self._by_name.get(_key(name), [])

    def named(self, target: str, source: str) -> str | None:
        """The document that a wikilink means; an empty target is the document itself."""
        if not target:
            return source
        key = _key(target)
        if key in self._by_folded and "/" in key:
            return self._by_folded[key]
        found = self._by_name.get(key.rsplit("/", 1)[-1], [])
        if "/" in key:
            found = [path for path in found if _key(path).endswith(f"/{key}")]
        folder = posixpath.dirname(source)
        return min(
            found, key=lambda p: (posixpath.dirname(p) != folder, p.count("/"), p), default=None
        )


def _key(path: str) -> str:
    """What two spellings of a path have in common: case, the suffix, a leading slash."""
    folded = path.strip().strip("/").casefold()
    for suffix in _SUFFIXES:
        folded = folded.removesuffix(suffix)
    return folded
