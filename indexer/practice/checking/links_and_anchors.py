"""Rules of links: each leads to a document, a heading or a file that is there.

Which document a link means is ``indexer.links``'s to say, which anchor a heading has
``indexer.markdown``'s: the same as on the site. Links to other hosts are not followed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from indexer.links import Targets, WrittenLink
from indexer.markdown import slugify
from indexer.message import Message, say
from indexer.model import Severity
from indexer.practice.checking.facts import Facts
from indexer.practice.checking.rule import Edit, Finding, Rule

LINK = Rule(
    "broken-link",
    Severity.ERROR,
    say("A link leads nowhere."),
    say("What it led to is usually the reason for what stands beside it."),
    say(
        "writes the new path if exactly one document has the name that the link had, of several"
        " words"
    ),
)
ANCHOR = Rule(
    "broken-anchor",
    Severity.ERROR,
    say("A link leads to a heading that is not there."),
    say("The reader lands at the top of a long page and looks for what was meant."),
    say("writes the anchor as the heading has it if they differ by case or signs alone"),
)
RULES = (LINK, ANCHOR)

_DOCUMENT = (".md", ".markdown")
_TELLING = re.compile(r".[-_ ].|[\u3400-\u9fff]{3}")
"""A file name that two documents hardly share: another overview.md is another document."""
_OF_THE_THEME = re.compile(r"(?:fn|fnref)\d*:|:~:|__")
"""Anchors that a builder makes, of footnotes for example."""


class Wiki(NamedTuple):
    """All documents, as links see them. ``is_file`` tells of a path below ``kb/`` whether there is
    such a file; ``generated`` gives the paths of pages that the site makes.
    """

    documents: Mapping[str, Facts]
    targets: Targets
    is_file: Callable[[str], bool]
    generated: Callable[[], Collection[str]]


def findings(path: str, facts: Facts, wiki: Wiki) -> Iterator[Finding]:
    """Broken links of one document."""
    for written in facts.links:
        found = _link(path, facts, written, wiki)
        if found:
            yield found
    for link in facts.retros:
        if not (wiki.targets.at(link.target, path) or wiki.targets.named(link.target, path)):
            yield Finding(path, link.line, LINK.code, _no_document(link.target))


def _link(path: str, facts: Facts, written: WrittenLink, wiki: Wiki) -> Finding | None:
    link = written.link
    target = wiki.targets.of(link, path) if link.target else path
    if target is None:
        return _leads_nowhere(path, written, wiki)
    there = wiki.documents[target]
    if there.draft and not facts.draft:
        said = say("{target} is a draft, so no page of the site", target=target)
        return Finding(path, link.line, LINK.code, said)
    anchor = slugify(link.anchor) if link.wiki else link.anchor
    if not anchor or not there.read or anchor in there.anchors or _OF_THE_THEME.match(anchor):
        return None
    said = say("no heading of {target} has the anchor #{anchor}", target=target, anchor=link.anchor)
    return Finding(path, link.line, ANCHOR.code, said, _mended_anchor(written, there))


def _leads_nowhere(path: str, written: WrittenLink, wiki: Wiki) -> Finding | None:
    """A finding unless the link leads to another file or a page that the site makes."""
    link = written.link
    if link.wiki:
        return Finding(path, link.line, LINK.code, _no_document(link.target))
    if link.target.startswith("/"):
        is_document = link.target.endswith(_DOCUMENT)
        said = say("{target} begins with a slash; give the way from this file", target=link.target)
        return Finding(path, link.line, LINK.code, said) if is_document else None
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link.target))
    if target.startswith(".."):
        said = say("{target} leads out of kb/, so the site does not have it", target=link.target)
        return Finding(path, link.line, LINK.code, said)
    if wiki.is_file(target) or (target.endswith(_DOCUMENT) and target in wiki.generated()):
        return None
    edit = _moved(path, written, wiki)
    return Finding(path, link.line, LINK.code, _no_document(link.target), edit)


def _no_document(target: str) -> Message:
    return say("there is no {target}", target=target)


def _moved(path: str, written: WrittenLink, wiki: Wiki) -> Edit | None:
    """The link to the only document that has the name of the one that is gone."""
    name = written.link.target.rsplit("/", 1)[-1]
    found = wiki.targets.all_named(name) if name.endswith(_DOCUMENT) else []
    if len(found) != 1 or found[0].rsplit("/", 1)[-1] != name or not _TELLING.search(name):
        return None
    way = posixpath.relpath(found[0], posixpath.dirname(path) or ".")
    _, hash_, anchor = written.written.partition("#")
    shown = quote(way) if any(sign in way for sign in " ()<>%#") else way
    return _edit(written, f"{shown}{hash_}{anchor}")


def _mended_anchor(written: WrittenLink, there: Facts) -> Edit | None:
    anchor = slugify(written.link.anchor.replace("-", " "))
    if written.link.wiki or anchor not in there.anchors:
        return None
    return _edit(written, f"{written.written.partition('#')[0]}#{anchor}")


def _edit(written: WrittenLink, new: str) -> Edit:
    return Edit(written.start, written.written, new)
