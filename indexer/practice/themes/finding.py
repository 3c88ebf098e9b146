"""A wiki -> its themes: what came back, how often and since when, and which actions are still open.

A theme needs two occasions: a retro and the lesson that was drawn from it are one. Filters choose
among the members afterwards, so that what is grouped, and its name, is the same whoever asks. Reads
the index, and the files of members for their links and actions; it prints and draws nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from indexer import front_matter
from indexer.action_items import ActionItem
from indexer.errors import ModelUnavailable
from indexer.index import Index
from indexer.links import Targets, links
from indexer.message import say
from indexer.parser import decode
from indexer.practice.actions import actions_of
from indexer.practice.themes import naming
from indexer.practice.themes.grouping import MOST_VECTORS, group
from indexer.practice.themes.passages import LESSON, RETRO, Passage, read_passages
from indexer.tokens import comparable

if TYPE_CHECKING:
    from indexer.app import Wiki
    from indexer.model import Matrix

TYPES = (RETRO, LESSON)
"""What is grouped unless other types are asked for."""


class Choice(NamedTuple):
    """Which members count; empty means all. ``since`` leaves out what has no date."""

    since: dt.date | None = None
    projects: tuple[str, ...] = ()

    def takes(self, passage: Passage) -> bool:
        if self.since and (passage.date is None or passage.date < self.since):
            return False
        wanted = {comparable(name) for name in self.projects}
        return not wanted or comparable(passage.project) in wanted


class Theme(NamedTuple):
    """One of them. ``members`` are the passages that the choice takes, by date, those without one
    last; ``documents`` counts all of the theme's. ``open_actions`` has path and item.
    ``came_back`` are the paths of retros dated after the first of its lessons was written.
    """

    label: str
    language: str
    members: tuple[Passage, ...]
    documents: int
    open_actions: tuple[tuple[str, ActionItem], ...]
    done_actions: int
    came_back: tuple[str, ...]

    def paths(self, type_: str = "") -> tuple[str, ...]:
        """Of the members' documents, in their order; only those of the type if one is named."""
        wanted = (m.path for m in self.members if type_ in ("", m.type))
        return tuple(dict.fromkeys(wanted))

    @property
    def first(self) -> dt.date | None:
        return min((m.date for m in self.members if m.date), default=None)

    @property
    def last(self) -> dt.date | None:
        return max((m.date for m in self.members if m.date), default=None)


class Themes(NamedTuple):
    """Most often met first. ``passages`` were grouped, ``alone`` of them are in no theme,
    ``left_out`` were too many and ``unread`` have no vector.
    """

    themes: tuple[Theme, ...]
    passages: int
    alone: int
    left_out: int
    unread: int


def find_themes(
    wiki: Wiki, types: Collection[str] | None = None, choice: Choice | None = None
) -> Themes:
    """All themes that a member of the choice belongs to; of retros and lessons unless ``types``
    says otherwise, of all documents if it is empty.

    Raises IndexMissing, IndexUnusable; ModelUnavailable where no model has read any of them.
    """
    choice = choice or Choice()
    with Index.open_to_read(wiki.root) as index:
        found = read_passages(index, TYPES if types is None else types)
    if found.unread and not found.passages:
        raise ModelUnavailable(
            say("themes are found by meaning, and this index was made by words only"),
            say("run: kb model use default; then: kb index"),
        )
    passages, vectors, left_out = _newest(found.passages, found.vectors)
    several = groups_of(passages, vectors)
    files = _Files(wiki, {m.path: m for members in several for m in members})
    recurring = [members for members in several if files.occasions(members) > 1]
    named = named_groups(recurring, passages)
    themes = [theme for one in named if (theme := _theme(one, files, choice)).members]
    in_themes = sum(map(len, recurring))
    return Themes(
        tuple(sorted(themes, key=_order)),
        len(passages),
        len(passages) - in_themes,
        left_out,
        found.unread,
    )


def _newest(passages: Sequence[Passage], vectors: Matrix) -> tuple[Sequence[Passage], Matrix, int]:
    """As many as can be grouped at once, in the same order, and how many that leaves out."""
    if len(passages) <= MOST_VECTORS:
        return passages, vectors, 0
    by_date = sorted(
        range(len(passages)), key=lambda n: (passages[n].date or dt.date.min, n), reverse=True
    )
    kept = sorted(by_date[:MOST_VECTORS])
    return [passages[n] for n in kept], vectors[kept], len(passages) - len(kept)


def _order(theme: Theme) -> tuple[object, ...]:
    last = theme.last.toordinal() if theme.last else 0
    return (-len(theme.paths(RETRO)), -len(theme.paths()), -last, theme.label)


def groups_of(passages: Sequence[Passage], vectors: Matrix) -> list[list[Passage]]:
    """Those that mean the same, of two documents at least, in the order of the passages."""
    numbers = group(vectors, [p.path for p in passages], [p.project for p in passages])
    groups: dict[int, list[Passage]] = {}
    for passage, number in zip(passages, numbers, strict=True):
        groups.setdefault(int(number), []).append(passage)
    return [members for members in groups.values() if len({m.path for m in members}) > 1]


class Named(NamedTuple):
    """A group with its name and the language of that."""

    label: str
    language: str
    members: Sequence[Passage]


def named_groups(
    groups: Iterable[Sequence[Passage]], passages: Sequence[Passage]
) -> Iterator[Named]:
    """The largest first, so that a name that two would have goes to the one met more often.

    ``passages`` are all of the wiki: a name is what is typical of a group among them.
    """
    texts = {passage: _text(passage) for passage in passages}
    whole = naming.background(texts.values())
    taken: list[str] = []
    for members in sorted(groups, key=lambda g: (-len({m.path for m in g}), g[0].path, g[0].line)):
        said = [texts[member] for member in members]
        label = naming.name(said, whole, taken)
        taken.append(label)
        yield Named(label, naming.language(said), members)


def _text(passage: Passage) -> naming.Text:
    if passage.cause:  # says all of itself; its document's title is about more
        return naming.text_of(passage.path, passage.text, passage.text, passage.text)
    lesson = passage.title if passage.type == LESSON else ""
    return naming.text_of(passage.path, passage.title, passage.text, lesson)


def _theme(named: Named, files: _Files, choice: Choice) -> Theme:
    group_ = named.members
    members = sorted(
        filter(choice.takes, group_), key=lambda m: (m.date or dt.date.max, m.path, m.line)
    )
    paths = list(dict.fromkeys(member.path for member in members))
    actions = [(path, item) for path in paths for item in files.actions.get(path, ())]
    return Theme(
        label=named.label,
        language=named.language,
        members=tuple(members),
        documents=len({member.path for member in group_}),
        open_actions=tuple((path, item) for path, item in actions if not item.done),
        done_actions=sum(item.done for _, item in actions),
        came_back=_came_back(group_, members),
    )


def _came_back(group_: Sequence[Passage], members: Sequence[Passage]) -> tuple[str, ...]:
    """Retros among the members that are later than the first lesson of the whole theme."""
    first = min((p.date for p in group_ if p.type == LESSON and p.date), default=None)
    if first is None:
        return ()
    late = (m.path for m in members if m.type == RETRO and m.date and m.date > first)
    return tuple(dict.fromkeys(late))


class _Files:
    """What the files of members say that the index does not know: links and actions."""

    def __init__(self, wiki: Wiki, members: Mapping[str, Passage]) -> None:
        self.actions: dict[str, list[ActionItem]] = {}
        self._linked: set[frozenset[str]] = set()
        targets = Targets(members)
        for path, member in members.items():
            try:
                content, _ = wiki.source.read(path)
            except OSError:
                continue  # gone or locked since it was indexed
            self.actions[path] = [a.item for a in actions_of(path, content, wiki.settings)]
            if member.type in TYPES:
                linked = _targets(path, decode(path, content)[0], targets)
                self._linked.update(frozenset((path, other)) for other in linked)

    def occasions(self, members: Sequence[Passage]) -> int:
        """How many times this was met: documents, but a retro and its own lessons are one."""
        by_path = {member.path: member for member in members}
        retros = [p for p in by_path.values() if p.type == RETRO]
        drawn = sum(
            member.type == LESSON and any(self._belong(member, retro) for retro in retros)
            for member in by_path.values()
        )
        return len(by_path) - drawn

    def _belong(self, lesson: Passage, retro: Passage) -> bool:
        """Whether the lesson was drawn from the retro: linked, and not written before it."""
        if frozenset((lesson.path, retro.path)) not in self._linked:
            return False
        return lesson.date is None or retro.date is None or lesson.date >= retro.date


def _targets(path: str, text: str, targets: Targets) -> Iterable[str]:
    matter, _ = front_matter.split(path, text)
    named = matter.fields.get("retro")
    written = [
        one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)
    ]
    found = [targets.of(link, path) for link in links(matter.body)]
    found += [targets.named(name.strip("[] "), path) for name in written]
    return [other for other in found if other and other != path]
