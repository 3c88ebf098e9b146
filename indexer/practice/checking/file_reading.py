"""One file -> its facts, with all that is wrong with it by itself. Pure but for the rules given.

What depends on other files or on today is left to the modules of the families. A draft is looked at
for what cannot be read and for its links, not for what is still to be written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer import glossary
from indexer.document_schema import TypeRules
from indexer.field_values import as_text, as_texts
from indexer.links import WrittenLink, written_links
from indexer.markdown import Heading, code_lines, headings
from indexer.message import say
from indexer.model import Metadata, Problem
from indexer.parser import Head, parse_head, read_text
from indexer.practice.actions import Action, actions_of
from indexer.practice.checking import (
    action_lines,
    blame,
    dates,
    files,
    identity,
    ignore_marks,
)
from indexer.practice.checking.blame import Phrase
from indexer.practice.checking.facts import Facts, Said
from indexer.practice.checking.rule import Finding
from indexer.practice.responsibilities import tasks
from indexer.settings import Settings
from indexer.succession import field_links

_HAN = re.compile("[\u3400-\u9fff]")
_LANGUAGE_SAMPLE = 4_000  # characters
_CHINESE_SHARE = 0.2
_OWNER_KEYS = ("owner", "author", "authors")
_WRITTEN_ANCHOR = re.compile(
    r"""<[a-zA-Z][^<>]{0,500}?\s(?:id|name)=["']?([^"'\s>]{1,200})|\{:?[^{}\n]{0,100}?#([^\s{}]{1,200})"""
)


class Standards(NamedTuple):
    """By what a file is judged. ``known`` are the codes of all rules."""

    settings: Settings
    types: Mapping[str, TypeRules]
    phrases: Sequence[Phrase]
    known: Collection[str]


class _Article(NamedTuple):
    """As ``practice.written.Written`` wants it."""

    path: str
    metadata: Metadata
    matter: Mapping[str, object]
    body: str


def read_facts(path: str, content: bytes, standards: Standards) -> Facts:
    """The facts of one file."""
    text, _ = read_text(path, content)
    head = parse_head(path, content, standards.settings.types)
    matter = head.matter
    lines = matter.body.split("\n")
    code = {number for number, mark in enumerate(code_lines(lines)) if mark}
    named = headings(matter.body, matter.body_line)
    metadata = head.metadata._replace(
        title=head.metadata.title or (named[0].text if named else path)
    )
    actions = [] if head.draft else list(actions_of(path, content, standards.settings, metadata))
    language = _language(matter.fields.get("lang"), matter.body)
    whole = text.split("\n")
    found = [
        *files.findings([*head.problems, *_of_type(path, head, named, language, standards)]),
        *identity.duplicate_anchors(path, named),
        *dates.contradictions(path, matter, metadata.date),
        *action_lines.of_actions(actions),
        *action_lines.wrong_boxes(
            path, lines, code, matter.body_line, {action.item.line for action in actions}
        ),
        *_blame(path, lines, code, matter.body_line, standards.phrases),
        *ignore_marks.wrong_marks(path, whole, matter.body_line, standards.known),
    ]
    return Facts(
        read=True,
        draft=head.draft,
        language=language,
        date=metadata.date,
        body_line=matter.body_line,
        status=Said(metadata.status, matter.lines.get("status", 1)),
        ids=_said(head, "id"),
        owners=(*_owners(head), *_owners_of(actions)),
        roles=_roles(_Article(path, metadata, matter.fields, matter.body)),
        links=tuple(_moved_down(written_links(matter.body), matter.body_line - 1)),
        anchors=frozenset(_anchors(named, matter.body)),
        superseded_by=field_links(matter, "superseded_by"),
        supersedes=field_links(matter, "supersedes"),
        retros=field_links(matter, "retro"),
        due=head.due,
        done=dates.done_days(matter),
        marks=ignore_marks.read_marks(whole, matter.body_line),
        findings=tuple(found),
    )


def too_large(path: str, size: int, limit: int) -> Facts:
    """Of a file that is not read, as it is not indexed either."""
    said = say(
        "the file has {size:,} bytes, more than index.max_file_bytes ({limit:,});"
        " split it or raise the setting",
        size=size,
        limit=limit,
    )
    return Facts(findings=(Finding(path, 1, "too-large", said),))


def _of_type(
    path: str, head: Head, named: Sequence[Heading], language: str, standards: Standards
) -> list[Problem]:
    rules = standards.types.get(head.metadata.type)
    broken = any(problem.code == "front-matter" for problem in head.problems)
    if rules is None or head.draft or broken:
        return []
    return rules.problems(path, head.matter, [heading.text for heading in named], language)


def _blame(
    path: str,
    lines: Sequence[str],
    code: Collection[int],
    body_line: int,
    phrases: Sequence[Phrase],
) -> Iterator[Finding]:
    """Of all but the glossary, which lists words and blames nobody with them."""
    return (
        iter(()) if path == glossary.PATH else blame.findings(path, lines, code, body_line, phrases)
    )


def _language(written: object, body: str) -> str:
    """What the document says of itself, or else what most of it looks like."""
    said = as_text(written).lower()[:2]
    if said:
        return said
    sample = body[:_LANGUAGE_SAMPLE]
    return "zh" if len(_HAN.findall(sample)) > _CHINESE_SHARE * len(sample) else "en"


def _said(head: Head, key: str) -> tuple[Said, ...]:
    text = as_text(head.matter.fields.get(key))
    return (Said(text, head.matter.lines.get(key, 1)),) if text else ()


def _owners(head: Head) -> Iterator[Said]:
    for key in _OWNER_KEYS:
        if head.matter.fields.get(key) is not None:
            for name in as_texts(head.matter.fields[key]):
                yield Said(name, head.matter.lines.get(key, 1))
            return


def _owners_of(actions: Sequence[Action]) -> Iterator[Said]:
    for action in actions:
        for owner in action.item.owners:
            yield Said(owner, action.item.line)


def _roles(article: _Article) -> tuple[str, ...]:
    """Those that the RACI tables of the document name."""
    named = (role for task in tasks(article) for roles in task.roles.values() for role in roles)
    return tuple(sorted(set(named)))


def _anchors(named: Sequence[Heading], body: str) -> Iterator[str]:
    """Of headings, and those that an author gave to other elements."""
    for heading in named:
        yield heading.anchor
    if "<" in body or "{" in body:
        for match in _WRITTEN_ANCHOR.finditer(body):
            yield match[1] or match[2]


def _moved_down(links: Iterator[WrittenLink], by: int) -> Iterator[WrittenLink]:
    """Links of a body, with the lines that they have in the file."""
    for written in links:
        yield written._replace(link=written.link._replace(line=written.link.line + by))
