"""A digest in words: as Markdown for a terminal or a mail, as a bulletin for a chat. Pure.

Both say the same. In Markdown whatever a document says is text: its own marks are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from indexer.catalogue import Speak
from indexer.due_dates import NAMES
from indexer.message import Message, say
from indexer.model import Metadata
from indexer.page_address import page_url
from indexer.practice.actions import Action
from indexer.practice.digest import Digest
from indexer.practice.themes.finding import Theme
from indexer.practice.webhooks.bulletin import Bulletin, Line, Part, inert
from indexer.settings import CONTENT
from indexer.standing import Due

_MARKS = re.compile(r"[\\`*_\[\]<>!|~&]|^[-+#=]|^\d+(?=[.)])")
"""What Markdown would take for its own: anywhere, or at the beginning of a text."""


class Writer:
    """Says digests in one language; lines lead to below ``base``, or nowhere if that is empty."""

    def __init__(self, speak: Speak, language: str, base: str, *, pages: bool) -> None:
        """``pages``: below the base are the pages of the site, not the files of ``kb/``."""
        self._speak = speak
        self._language = language
        self._base = base
        self._place = page_url if pages else str

    def bulletin(self, digest: Digest) -> Bulletin:
        """All of it, each text on one line."""
        speak = self._speak
        return Bulletin(
            title=speak(
                say("Team wiki, {since} to {today}", since=digest.since, today=digest.today)
            ),
            lead=speak(_lead(digest)),
            parts=tuple(self._parts(digest)),
            more=lambda count: speak(say("and {count} more", count=count)),
            language=self._language,
        )

    def _parts(self, digest: Digest) -> Iterator[Part]:
        lines = (
            (say("New"), [self._new(one.path, one.metadata) for one in digest.new]),
            (say("Due"), [self._due(one, digest) for one in digest.due]),
            (say("Came back"), [self._theme(one, digest) for one in digest.recurring]),
            (say("Actions"), [self._action(one, digest) for one in digest.actions]),
        )
        for heading, found in lines:
            if found:
                yield Part(self._speak(heading), tuple(found))

    def _new(self, path: str, meta: Metadata) -> Line:
        date = meta.date.isoformat() if meta.date else ""
        return self._line(meta.title, path, meta.type, date, meta.owner)

    def _due(self, due: Due, digest: Digest) -> Line:
        what, day = NAMES[due.date.kind], due.date.day
        late = due.date.overdue(digest.today)
        said = say("{what} overdue since {day}", what=what, day=day) if late else None
        what = said or say("{what} due on {day}", what=what, day=day)
        meta = due.document.metadata
        return self._line(meta.title, due.document.path, self._speak(what), meta.owner)

    def _action(self, action: Action, digest: Digest) -> Line:
        late = action.is_overdue(digest.today)
        word = say("overdue since {day}", day=action.item.due) if late else _due_on(action)
        owners = ", ".join(action.item.owners)
        title = action.document.title
        return self._line(action.item.text, action.path, self._speak(word), owners, title)

    def _theme(self, theme: Theme, digest: Digest) -> Line:
        """Leads to the newest document of it, which is why it is told."""
        paths = theme.paths()
        new = [one.path for one in digest.new if one.path in paths]
        met = say("met in {count} documents", count=len(paths))
        if theme.first:
            met = say("met in {count} documents since {day}", count=len(paths), day=theme.first)
        open_ = say("{count} actions still open", count=len(theme.open_actions))
        return self._line(theme.label, (new or [*paths])[0], self._speak(met), self._speak(open_))

    def _line(self, text: str, path: str, *about: str) -> Line:
        url = self._base + quote(self._place(path), safe="/") if self._base else ""
        known = [*about] if url else [*about, f"{CONTENT}/{path}"]
        return Line(inert(text), url, " · ".join(inert(one) for one in known if one))


def markdown(bulletin: Bulletin) -> str:
    """The bulletin as Markdown, complete."""
    lines = [f"# {_escaped(bulletin.title)}", "", _escaped(bulletin.lead)]
    for part in bulletin.parts:
        lines += ["", f"## {_escaped(part.heading)}", ""]
        lines += [f"- {_line(line)}" for line in part.lines]
    return "\n".join(lines) + "\n"


def _line(line: Line) -> str:
    named = f"[{_escaped(line.text)}]({line.url})" if line.url else _escaped(line.text)
    return f"{named} · {_escaped(line.about)}" if line.about else named


def _escaped(text: str) -> str:
    return _MARKS.sub(
        lambda mark: f"&#{ord(mark[0])};" if mark[0] in "<>&" else _after(mark[0]), text
    )


def _after(mark: str) -> str:
    """A number of a list keeps its digits: what follows it is escaped."""
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _due_on(action: Action) -> Message:
    return say("due on {day}", day=action.item.due)


def _lead(digest: Digest) -> Message:
    if digest.quiet:
        return say("Nothing new, nothing due.")
    return say(
        "{new} new, {due} due, {actions} actions due",
        new=len(digest.new),
        due=len(digest.due),
        actions=len(digest.actions),
    )
