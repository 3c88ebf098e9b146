"""A CSV file, whatever program wrote it -> its header and rows, one at a time.

UTF-8 with or without a mark, UTF-16 with one, or GB18030, which GBK is a part of; separated by
commas, semicolons, tabs or bars. The file is read twice and never held whole. It knows no column.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.message import say
from indexer.practice.importing.errors import TableUnreadable

MOST_BYTES = 500_000_000
DELIMITERS = (",", ";", "\t", "|")

_PIECE = 1 << 20
_LONGEST_CELL = 1_000_000  # characters; one that is longer lost its closing quotation mark
_MOST_COLUMNS = 2000
_LONGEST_HEAD = 1 << 18  # characters of the first record
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}


class Row(NamedTuple):
    """One record; ``number`` is the line of the file on which it ends, from 1."""

    number: int
    cells: Sequence[str]


class Table:
    """A table in a file. Raises TableUnreadable when it is opened, or where it is damaged."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.size = self._size()
        self._encoding = self._encoding_of()
        self._skip, head = self._head()
        candidates = [(self._parsed(head, delimiter), delimiter) for delimiter in DELIMITERS]
        self.header, self._delimiter = max(candidates, key=lambda found: len(found[0]))
        if not any(name.strip() for name in self.header):
            raise TableUnreadable(
                say("{file} has no line with the names of columns", file=file),
                say("export it again with a header line"),
            )

    @property
    def encoding(self) -> str:
        """What it is written in, for people."""
        return _NAMES[self._encoding]

    def rows(self, read: Callable[[int], None] = lambda _: None) -> Iterator[Row]:
        """The records below the header, empty ones left out; ``read`` hears how many bytes are."""
        with self._opened() as (raw, text):
            for _ in range(self._skip):
                text.readline()
            csv.field_size_limit(_LONGEST_CELL)
            reader = csv.reader(text, delimiter=self._delimiter)
            try:
                for number, cells in enumerate(reader):
                    if number and any(cells):
                        yield Row(reader.line_num + self._skip, cells)
                    if number % 1000 == 0:
                        read(raw.tell())
            except csv.Error as error:
                raise self._damaged(reader.line_num + self._skip, str(error)) from error
            except OSError as error:
                raise self._unreadable(error) from error

    def _size(self) -> int:
        try:
            size = self._file.stat().st_size
        except OSError as error:
            raise self._unreadable(error) from error
        if size > MOST_BYTES:
            raise TableUnreadable(
                say("{file} is larger than {most:,} bytes", file=self._file, most=MOST_BYTES),
                say("export less at a time"),
            )
        return size

    def _encoding_of(self) -> str:
        try:
            with self._file.open("rb") as raw:
                start = raw.read(4)
                marked = next((name for bom, name in _BOMS if start.startswith(bom)), "")
                for encoding in [marked] if marked else ["utf-8", "gb18030"]:
                    raw.seek(0)
                    if _decodes(raw, encoding):
                        return encoding
        except OSError as error:
            raise self._unreadable(error) from error
        raise TableUnreadable(
            say("{file} is neither UTF-8 nor GB18030 text", file=self._file),
            say("save it as CSV in UTF-8; a workbook (.xlsx) is no CSV"),
        )

    def _head(self) -> tuple[int, str]:
        """How many lines stand before the header, and the text that begins with it."""
        with self._opened() as (_, text):
            head = text.read(_LONGEST_HEAD)
        first, end, rest = head.partition("\n")
        if first.strip().lower().startswith("sep="):  # a line for Excel alone
            return 1, rest
        return 0, first + end + rest

    def _parsed(self, head: str, delimiter: str) -> list[str]:
        try:
            header = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return []
        return header[:_MOST_COLUMNS]

    def _opened(self) -> _Opened:
        return _Opened(self._file, self._encoding)

    def _damaged(self, line: int, said: str) -> TableUnreadable:
        return TableUnreadable(
            say("{file}:{line}: {error}", file=self._file, line=line, error=said),
            say("look for a quotation mark that is not closed, or export it again"),
        )

    def _unreadable(self, error: OSError) -> TableUnreadable:
        said = error.strerror or str(error)
        return TableUnreadable(
            say("{path} cannot be read: {error}", path=self._file, error=said),
            say("name a CSV file"),
        )


class _Opened:
    """The file as bytes and as text, closed together."""

    def __init__(self, file: Path, encoding: str) -> None:
        self._raw = file.open("rb")
        self._text = io.TextIOWrapper(self._raw, encoding=encoding, newline="")

    def __enter__(self) -> tuple[io.BufferedReader, io.TextIOWrapper]:
        return self._raw, self._text

    def __exit__(self, *_: object) -> None:
        self._text.close()


def _decodes(raw: io.BufferedReader, encoding: str) -> bool:
    """Whether all bytes are text of that encoding, without NUL."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := raw.read(_PIECE):
            if "\0" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
