"""The check of a wiki: every file's facts, kept or read anew, then the rules across files.

All files are looked at, for a link may lead to any; told is what concerns the chosen ones. No model
is loaded, and without an index the one rule that rests on it says that it was left out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from indexer.document_schema import TypeRules, read_rules
from indexer.document_types import SCHEMA, read_file
from indexer.errors import IndexMissing, IndexUnusable, PathError
from indexer.index import FOLDER, Index
from indexer.links import Link, Targets
from indexer.message import Message, say
from indexer.model import Problem, Severity, Succession
from indexer.practice.checking import (
    blame,
    dates,
    files,
    identity,
    links_and_anchors,
    near_duplicates,
    owners,
    succession_chains,
)
from indexer.practice.checking.facts import Facts
from indexer.practice.checking.file_reading import Standards, read_facts, too_large
from indexer.practice.checking.finding_cache import FindingCache, NearPairs
from indexer.practice.checking.rule import Finding
from indexer.practice.checking.rules import RULES, severity
from indexer.settings import CONTENT, Settings
from indexer.source import Source, unreadable
from indexer.standing import says_superseded
from indexer.succession import successors

Generated = Callable[[], Collection[str]]
"""Gives the paths of pages that the site makes beside documents."""


class Report(NamedTuple):
    """What was found, in the order of the files; ``checked`` counts documents, ``skipped`` tells
    by the code of a rule why it was left out.
    """

    findings: tuple[Finding, ...]
    checked: int
    skipped: Mapping[str, Message]

    def count(self, of: Severity) -> int:
        """How many findings are of this severity."""
        return sum(severity(finding) is of for finding in self.findings)


class _Files(NamedTuple):
    documents: Mapping[str, Facts]
    hashes: Mapping[str, bytes]
    problems: tuple[Problem, ...]


def check(
    root: Path,
    settings: Settings,
    today: dt.date,
    chosen: Collection[str] | None = None,
    generated: Generated = tuple,
) -> Report:
    """Check a wiki; ``chosen`` are paths of documents, None for all. Raises SettingsError."""
    source = Source(root)
    standards = _standards(root, settings)
    kept = FindingCache(root / FOLDER, _stamp(root, settings, standards))
    read = _read(source, standards, kept)
    documents = read.documents
    targets = Targets(documents)
    said = [
        (p, Succession(_names(f.superseded_by), _names(f.supersedes))) for p, f in documents.items()
    ]
    followed = successors(said, targets)
    found = [*files.findings(read.problems)]
    for facts in documents.values():
        found += facts.findings
    found += _of_links(root, documents, targets, generated, chosen)
    found += identity.findings(documents)
    found += succession_chains.findings(documents, targets, followed)
    found += _of_days_and_owners(documents, settings, today, followed)
    near, skipped = _near(root, read, kept, followed)
    found += near
    kept.save(documents)
    wanted = [one for one in found if chosen is None or one.path in chosen]
    shown = (one for one in wanted if not _hidden(documents, one))
    ordered = sorted(set(shown), key=lambda one: (one.path, one.line, one.code, one.message))
    count = len(documents) if chosen is None else len(set(chosen) & documents.keys())
    return Report(tuple(ordered), count, skipped)


def chosen_paths(root: Path, given: Iterable[Path]) -> frozenset[str]:
    """Documents that files and folders name. Raises PathError for what is not below ``kb/``."""
    folder = Path(os.path.realpath(root / CONTENT))
    known = Source(root).scan().stamps
    found: set[str] = set()
    for path in given:
        full = Path(os.path.realpath(path))
        if not full.exists():
            raise PathError(
                say("there is no {path}", path=path), say("name files or folders below kb/")
            )
        if full == folder or full in folder.parents:
            return frozenset(known)
        if not full.is_relative_to(folder):
            raise PathError(
                say("{path} is not below kb/", path=path), say("name files or folders below kb/")
            )
        inside = full.relative_to(folder).as_posix()
        below = {p for p in known if p == inside or p.startswith(f"{inside}/")}
        found |= below or {inside}  # what is left out of the wiki is told by nothing
    return frozenset(found)


def _standards(root: Path, settings: Settings) -> Standards:
    types: dict[str, TypeRules] = {
        name: read_rules(type_) for name, type_ in settings.document_types.items()
    }
    return Standards(settings, types, blame.read_phrases(root), frozenset(RULES))


def _stamp(root: Path, settings: Settings, standards: Standards) -> str:
    """A text that is another one whenever facts may be others for the same file."""
    schemas = [read_file(type_, SCHEMA) or "" for type_ in settings.document_types.values()]
    sections = [(t.name, t.sections, t.label) for t in settings.document_types.values()]
    phrases = [
        (p.pattern.pattern, p.unless and p.unless.pattern, p.instead) for p in standards.phrases
    ]
    folders = sorted(settings.types.items())
    return repr((folders, settings.max_file_bytes, schemas, sections, phrases, sorted(RULES)))


def _read(source: Source, standards: Standards, kept: FindingCache) -> _Files:
    scan = source.scan()
    limit = standards.settings.max_file_bytes
    documents: dict[str, Facts] = {}
    hashes: dict[str, bytes] = {}
    problems = list(scan.problems)
    for path, stamp in sorted(scan.stamps.items()):
        if stamp.size > limit:
            documents[path] = too_large(path, stamp.size, limit)
            continue
        try:
            content, _ = source.read(path)
        except FileNotFoundError:  # deleted since the folder was listed
            continue
        except OSError as error:
            problems.append(unreadable(path, error))
            documents[path] = Facts()
            continue
        hashes[path] = hashlib.sha256(content).digest()
        key = hashes[path].hex()
        known = kept.facts(path, key)
        if known is None:
            known = read_facts(path, content, standards)
            kept.keep(path, key, known)
        documents[path] = known
    return _Files(documents, hashes, tuple(problems))


def _names(links: Iterable[Link]) -> tuple[str, ...]:
    return tuple(link.target for link in links)


def _of_links(
    root: Path,
    documents: Mapping[str, Facts],
    targets: Targets,
    generated: Generated,
    chosen: Collection[str] | None,
) -> Iterator[Finding]:
    folder = root / CONTENT

    @cache
    def is_file(path: str) -> bool:
        try:
            return (folder / path).is_file()
        except (OSError, ValueError):
            return False

    wiki = links_and_anchors.Wiki(documents, targets, is_file, cache(generated))
    for path, facts in documents.items():
        if chosen is None or path in chosen:
            yield from links_and_anchors.findings(path, facts, wiki)


def _of_days_and_owners(
    documents: Mapping[str, Facts],
    settings: Settings,
    today: dt.date,
    followed: Mapping[str, tuple[str, ...]],
) -> Iterator[Finding]:
    known = owners.defined(settings.people, documents)
    for path, facts in documents.items():
        yield from owners.findings(path, facts, known)
        yield from dates.too_late(path, facts, today)
        holds = not (path in followed or says_superseded(facts.status.text) or facts.draft)
        if holds:
            yield from dates.overdue(path, facts, today)


def _near(
    root: Path, read: _Files, kept: FindingCache, followed: Mapping[str, tuple[str, ...]]
) -> tuple[list[Finding], dict[str, Message]]:
    code = near_duplicates.NEAR.code
    try:
        with Index.open_to_read(root) as index, index.guarded():
            state = index.documents.state()
            known = index.documents.known_files()
            if not state.fingerprint:
                return [], {code: say("the index has no vectors")}
            now = (state.identity, state.generation)
            if kept.near is None or kept.near[:2] != now:
                kept.keep_near(NearPairs(*now, tuple(near_duplicates.pairs(index))))
    except IndexMissing:
        return [], {code: say("there is no index; run: kb index")}
    except IndexUnusable as error:
        return [], {code: error.message}
    assert kept.near is not None
    current = {p: known[p].content_hash == hash_ for p, hash_ in read.hashes.items() if p in known}
    behind = sum(
        1 for path in read.hashes if not current.get(path) and not read.documents[path].draft
    )
    found = near_duplicates.findings(kept.near.pairs, read.documents, current, followed)
    told = (
        {code: say("{count} files changed since they were indexed", count=behind)} if behind else {}
    )
    return list(found), told


def _hidden(documents: Mapping[str, Facts], finding: Finding) -> bool:
    facts = documents.get(finding.path)
    return facts is not None and facts.marks.hide(finding)
