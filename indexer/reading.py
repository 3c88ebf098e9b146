"""Files -> readings: what a transaction needs of each file, read, parsed and cut into chunks.

A file that cannot be read, is too large or vanished meanwhile is told, never raised; of a draft
nothing is kept but that it is one. It writes nothing and embeds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from indexer import glossary
from indexer.chunker import chunk_document
from indexer.message import say
from indexer.model import Chunk, CountTokens, Document, FileStamp, Problem, Progress
from indexer.parser import decode, parse_document
from indexer.source import Source, unreadable


class Reading(NamedTuple):
    """One file, read and cut: all that the transaction needs of it."""

    document: Document
    chunks: tuple[Chunk, ...]
    stamp: FileStamp
    content_hash: bytes


@dataclass(slots=True)
class Readings:
    """What became of all files that were to be read, by path."""

    changed: list[Reading] = field(default_factory=list)
    drafts: dict[str, tuple[FileStamp, bytes]] = field(default_factory=dict)  # stamp, content hash
    touched: dict[str, FileStamp] = field(default_factory=dict)
    failed: dict[str, Problem] = field(default_factory=dict)
    glossary: list[glossary.Entry] | None = None  # of the wiki's own, if it was read
    vanished: set[str] = field(default_factory=set)

    def replace(self, paths: Collection[str], again: Readings) -> None:
        """Take what became of these files when they were read again for what it was."""
        self.changed = [r for r in self.changed if r.document.path not in paths] + again.changed
        self.drafts |= again.drafts
        self.touched |= again.touched
        self.failed |= again.failed
        self.vanished |= again.vanished
        if again.glossary is not None:
            self.glossary = again.glossary


class Reader:
    """Reads the files of one source; ``types`` maps top folders to document types."""

    def __init__(self, source: Source, types: Mapping[str, str], max_file_bytes: int) -> None:
        self._source = source
        self._types = types
        self._max_file_bytes = max_file_bytes

    def read(
        self,
        stamps: Mapping[str, FileStamp],
        hashes: Mapping[str, bytes],
        max_tokens: int,
        count: CountTokens,
        progress: Progress,
    ) -> Readings:
        """Read the files with these stamps; one whose content has the hash that is known was only
        touched. Chunks have at most ``max_tokens`` as ``count`` counts.
        """
        readings = Readings()
        for number, (path, stamp) in enumerate(sorted(stamps.items()), start=1):
            progress("read", number, len(stamps))
            content = self._content(path, stamp, readings)
            if content is None:
                continue
            data, read_stamp = content
            content_hash = hashlib.sha256(data).digest()
            if hashes.get(path) == content_hash:
                readings.touched[path] = read_stamp
                continue
            document = parse_document(path, data, self._types)
            if document.draft:
                readings.drafts[path] = read_stamp, content_hash
                continue
            chunks: tuple[Chunk, ...] = ()
            if path == glossary.PATH:
                document = _read_glossary(document, data, readings)
            else:
                chunks = chunk_document(document, max_tokens, count)
            readings.changed.append(Reading(document, chunks, read_stamp, content_hash))
        return readings

    def changed_since(self, readings: Readings) -> dict[str, FileStamp | None]:
        """Files that changed after they were read, with their stamps; None for one that is gone."""
        found = {r.document.path: self._source.stamp(r.document.path) for r in readings.changed}
        read = {r.document.path: r.stamp for r in readings.changed}
        return {path: stamp for path, stamp in found.items() if stamp != read[path]}

    def _content(
        self, path: str, stamp: FileStamp, readings: Readings
    ) -> tuple[bytes, FileStamp] | None:
        """Bytes and the stamp they belong to; None, with the reason in the readings, if none."""
        if stamp.size > self._max_file_bytes:
            said = say(
                "the file has {size:,} bytes, more than index.max_file_bytes ({limit:,});"
                " split it or raise the setting",
                size=stamp.size,
                limit=self._max_file_bytes,
            )
            readings.failed[path] = Problem(path, 1, "too-large", said)
            return None
        try:
            return self._source.read(path)
        except FileNotFoundError:  # deleted since the folder was listed
            readings.vanished.add(path)
        except OSError as error:
            readings.failed[path] = unreadable(path, error)
        return None


def _read_glossary(document: Document, content: bytes, readings: Readings) -> Document:
    """The glossary serves queries; as a document that holds every word it would answer all."""
    text, _ = decode(document.path, content)
    readings.glossary, problems = glossary.read_glossary(text)
    return document._replace(problems=(*document.problems, *problems))
