"""``kb check --fix``: the edits of findings, written into their files.

Only what a finding brings an edit for is touched: a link to the only document of that name, an
anchor in another spelling, a box that is none. A file is written whole or not at all, and only if
it is the one that was read; everything else in it stays as it is, to its line ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from indexer.atomic_file import FileChangedError, replace_file
from indexer.message import Message, say
from indexer.practice.checking.rule import Finding
from indexer.source import Source

_BOM = b"\xef\xbb\xbf"


class Mended(NamedTuple):
    """The findings that were made good, and why files could not be written, by path."""

    findings: tuple[Finding, ...]
    failed: dict[str, Message]


def mend(source: Source, findings: Iterable[Finding]) -> Mended:
    """Apply the edits of these findings, file by file."""
    by_path: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.edit:
            by_path[finding.path].append(finding)
    done: list[Finding] = []
    failed: dict[str, Message] = {}
    for path, wanted in by_path.items():
        try:
            content, stamp = source.read(path)
            new, applied = edited(content, wanted)
            if applied:
                replace_file(source.folder / path, new, read=stamp)
                done += applied
        except FileChangedError:
            failed[path] = say("it changed meanwhile; nothing was written")
        except UnicodeDecodeError:
            failed[path] = say("it is not UTF-8 text; nothing was written")
        except OSError as error:
            failed[path] = say("cannot be written: {error}", error=error.strerror or error)
    return Mended(tuple(done), failed)


def edited(content: bytes, findings: Sequence[Finding]) -> tuple[bytes, list[Finding]]:
    """The content with the edits that fit it. Raises UnicodeDecodeError."""
    mark = _BOM if content.startswith(_BOM) else b""
    text = content[len(mark) :].decode("utf-8")
    lines = _lines(text)
    applied = []
    for finding in sorted(findings, key=_place, reverse=True):
        edit, position = finding.edit, finding.line - 1
        if edit is None or position >= len(lines):
            continue
        line = lines[position]
        if line.startswith(edit.old, edit.start):
            end = edit.start + len(edit.old)
            lines[position] = line[: edit.start] + edit.new + line[end:]
            applied.append(finding)
    return mark + "".join(lines).encode("utf-8"), applied[::-1]


def _place(finding: Finding) -> tuple[int, int]:
    return finding.line, finding.edit.start if finding.edit else 0


def _lines(text: str) -> list[str]:
    """Lines with their ends, parted where ``parser.decode`` parts them and nowhere else."""
    lines, start = [], 0
    for position, sign in enumerate(text):
        ends = sign == "\n" or (sign == "\r" and text[position + 1 : position + 2] != "\n")
        if ends:
            lines.append(text[start : position + 1])
            start = position + 1
    return [*lines, text[start:]]
