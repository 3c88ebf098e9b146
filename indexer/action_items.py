"""Markdown text -> its action items: the lines ``- [ ] what @who due:2026-12-01 #PC-123``.

A checkbox in front of a list item's text makes an action item. Owners, due date and tracker ids
stand anywhere in that line, with Chinese signs and words too (``＠``, ``截止：``); what stands in
code, comments, front matter or the target of a link is none of them. Pure: it knows no file, no
today and no tracker, and whether an item must have an owner or a date is not said here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from base64 import b32encode
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.front_matter import body_line
from indexer.iso_date import parse_iso_date
from indexer.markdown import code_lines, plain_text, without_code
from indexer.message import NOTHING, Message, say
from indexer.tracker_links import NOT_INSIDE, mentions

LONGEST_LINE = 2000
"""Characters; nobody writes a longer action item, and no pattern here has to be asked about it."""

_BYTES = re.compile(rb"\[[ \txX]\]")
LINE = re.compile(
    r"[ \t>]{0,200}(?:[-*+]|\d{1,9}[.)])[ \t]{1,8}"
    r"\[(?P<mark>[ \txX])\][ \t]+(?P<rest>\S.*)$"
)
_LIST_ITEM = re.compile(r" {0,3}(?:> {0,3}){0,20}(?:[-*+]|\d{1,9}[.)])[ \t]")

_OWNER = re.compile(NOT_INSIDE + r"[@＠](?P<name>[^\W_][\w.·\-]{0,63})")
_PARTING = " \t,，、;；"
_DATE = (
    r"\d{4}[ ]?[-/.年－／．][ ]?\d{1,2}[ ]?[-/.月－／．][ ]?\d{1,2}(?:[ ]?[日号])?(?:T[\d:]{4,8})?"
)
DUE = re.compile(
    rf"(?:(?<![A-Za-z0-9_])due[:：](?P<due>[ ]?{_DATE}|[^\s,;，；、）)]{{1,40}})"
    rf"|(?:截止(?:日期|时间|日)?|到期日?|期限|(?<![A-Za-z0-9_])deadline)[:：][ ]?"
    rf"(?P<named>{_DATE}|\d[^\s,;，；、）)]{{0,40}})"
    rf"|📅[ ]?(?P<drawn>{_DATE}))",
    re.IGNORECASE,
)


class ActionItem(NamedTuple):
    """One action item; ``line`` counts from 1 in the file.

    ``text`` is plain, without due date, and without the owners and tracker ids at its end; it has
    those in the middle of a sentence. ``owners`` and ``trackers`` have no ``@`` and no ``#``
    before them, in the order of the line. ``due_problem`` tells why the due date cannot be used,
    or that there are two (``due`` is then the earlier); a line without one has no problem.
    ``id`` stays while the text and the tracker ids stay, wherever the line stands in its file.
    """

    line: int
    done: bool
    text: str
    owners: tuple[str, ...]
    due: dt.date | None
    due_problem: Message
    trackers: tuple[str, ...]
    id: str

    @property
    def is_assigned(self) -> bool:
        """Whether the line names an owner, a due date or a tracker id.

        In a document that is followed step by step, such as a checklist, a line with none of them
        is a step.
        """
        return bool(self.owners or self.due or self.due_problem or self.trackers)

    def is_overdue(self, today: dt.date) -> bool:
        """Whether it should have been done before today."""
        return not self.done and self.due is not None and self.due < today


def may_hold_actions(content: bytes) -> bool:
    """Whether a file can hold an action item: a look at its bytes, before it is decoded.

    A file in UTF-16 passes too.
    """
    return _BYTES.search(content) is not None or content[:2] in (b"\xff\xfe", b"\xfe\xff")


def action_items(path: str, text: str) -> list[ActionItem]:
    """The action items of a whole file, front matter and all, in the order of their lines.

    ``text`` has LF line ends, as ``indexer.parser.decode`` gives it. ``path`` goes into the ids, so
    that equal lines of two files have two.
    """
    lines = text.split("\n")
    seen: Counter[str] = Counter()
    found = []
    for number, match in _checkbox_lines(lines):
        item = _item(number + 1, match)
        if item.text:
            key = "\0".join((path, _folded(item.text), *item.trackers))
            seen[key] += 1
            found.append(item._replace(id=_id(f"{key}\0{seen[key]}")))
    return found


def _checkbox_lines(lines: list[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Index and match of each line that draws a checkbox."""
    first = body_line(lines) - 1
    body = lines[first:]
    code = code_lines(body)
    in_list = False
    for number, line in enumerate(body):
        if code[number] or not line.strip():
            continue
        if _LIST_ITEM.match(line):
            in_list = True
        elif not line.startswith((" ", "\t")) and (not number or not body[number - 1].strip()):
            in_list = False
        # Indented and in no list: Markdown's other way to write code.
        is_code = not in_list and line.startswith(("    ", "\t"))
        match = LINE.match(line) if "[" in line and len(line) <= LONGEST_LINE else None
        if match and not is_code:
            yield first + number, match


def _item(line: int, match: re.Match[str]) -> ActionItem:
    rest = match["rest"]
    readable = without_code(rest)
    dues = list(DUE.finditer(readable))
    readable = _blanked(readable, [due.span() for due in dues])
    owners = list(_OWNER.finditer(readable))
    ids = list(mentions(readable))
    marks = [*(owner.span() for owner in owners), *(id_[1:] for id_ in ids)]
    end = _end_of_text(readable, marks)
    due, problem = _due([(m["due"] or m["named"] or m["drawn"]).strip() for m in dues])
    text = plain_text(_blanked(rest, [due.span() for due in dues])[:end])
    return ActionItem(
        line=line,
        done=match["mark"] in "xX",
        text=" ".join(text.split()).strip(_PARTING),
        owners=tuple(dict.fromkeys(m["name"].rstrip(".-·") for m in owners)),
        due=due,
        due_problem=problem,
        trackers=tuple(dict.fromkeys(id_.id for id_ in ids)),
        id="",
    )


def _due(written: Sequence[str]) -> tuple[dt.date | None, Message]:
    dates = []
    for text in written:
        date = parse_iso_date(text)
        if date is None:
            return None, say("'{text}' is no date; write it as 2026-03-20", text=text)
        dates.append(date)
    if len(set(dates)) > 1:
        first, second = sorted(set(dates))[:2]
        return first, say("two due dates, {first} and {second}", first=first, second=second)
    return (dates[0] if dates else None), NOTHING


def _end_of_text(line: str, spans: Sequence[tuple[int, int]]) -> int:
    """Where nothing follows but owners and tracker ids, at these spans, and what parts them."""
    end = len(line)
    for start, stop in sorted(spans, reverse=True):
        if line[stop:end].strip(_PARTING + ".。"):
            break
        end = start
    return end


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, stop in spans:
        text = f"{text[:start]}{' ' * (stop - start)}{text[stop:]}"
    return text


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _id(key: str) -> str:
    """Eight letters and digits: 40 bits, so that of 10,000 items hardly two share one."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=5).digest()
    return b32encode(digest).decode().lower()
