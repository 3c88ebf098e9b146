"""What a draft, or a change, has to do with what is known: found by words and meaning, in groups.

Past lessons and retros, decisions that still stand, risks that are open, actions that are not done
in documents like it, and other documents. Each group is asked for itself, so that many retros hide
no decision, and may have nothing relevant. Groups and limits are said here; how likeness is found,
in ``indexer.searching``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from indexer.exchange import Answer, Filters, Hit
from indexer.message import NOTHING, Message
from indexer.model import Document, StoredDocument
from indexer.open_wiki import OpenWiki
from indexer.practice.actions import Action, read_actions
from indexer.settings import Settings
from indexer.source import Source
from indexer.standing import superseded
from indexer.stop_words import is_stop_term
from indexer.tokens import comparable, terms

_REJECTED = {"rejected", "declined", "withdrawn", "否决", "已否决", "拒绝", "已拒绝", "撤回"}
_CLOSED = {"closed", "done", "resolved", "retired", "关闭", "已关闭", "已解决", "已消除"}
_MORE = 4
"""Times the limit is asked for where some of what is found is left out afterwards."""
_SEARCHED_FOR_ACTIONS = 20  # documents most like the draft
_NEAREST = 5  # of them, whose actions concern it whatever their words: they may be of two languages
_LEAST_SHARE = 0.25


class Group(StrEnum):
    """A kind of what may concern a draft, in the order in which it is shown."""

    LESSONS = "lessons"
    DECISIONS = "decisions"
    RISKS = "risks"
    ACTIONS = "actions"
    OTHERS = "others"


_TYPES: Mapping[Group, tuple[str, ...]] = MappingProxyType(
    {
        Group.LESSONS: ("lesson", "retro"),
        Group.DECISIONS: ("decision",),
        Group.RISKS: ("risk",),
    }
)


class SeenBefore(NamedTuple):
    """Hits by group, best first, ranks from 1 in each; and open actions, those most like first."""

    hits: Mapping[Group, tuple[Hit, ...]]
    actions: tuple[Action, ...]
    refused: Message = NOTHING  # why there is nothing, if there is

    def __bool__(self) -> bool:
        return bool(self.actions) or any(self.hits.values())


def seen_before(
    opened: OpenWiki,
    source: Source,
    settings: Settings,
    draft: Document,
    *,
    limit: int,
    exclude: Collection[str],
    gone: Collection[str],
) -> SeenBefore:
    """What concerns the draft. ``exclude`` are paths that belong to it, ``gone`` as in a search."""
    wanted = [*(Filters(types=types) for types in _TYPES.values()), Filters()]
    most = max(limit * _MORE, _SEARCHED_FOR_ACTIONS)
    *grouped, everything = opened.similar(draft, wanted, limit=most, exclude=exclude, gone=gone)
    found = {
        group: _kept(answer.hits, _STANDS[group], limit)
        for group, answer in zip(_TYPES, grouped, strict=True)
    }
    known = {type_ for types in _TYPES.values() for type_ in types}
    found[Group.OTHERS] = _kept(everything.hits, lambda d: d.metadata.type not in known, limit)
    actions = _open_actions(source, settings, draft, _near(found, everything))
    return SeenBefore(found, tuple(actions[:limit]), everything.refused)


def _kept(
    hits: Sequence[Hit], wanted: Callable[[StoredDocument], bool], limit: int
) -> tuple[Hit, ...]:
    kept = [hit for hit in hits if wanted(hit.document)][:limit]
    return tuple(hit._replace(rank=rank) for rank, hit in enumerate(kept, start=1))


def _decision_stands(document: StoredDocument) -> bool:
    return not superseded(document) and comparable(document.metadata.status) not in _REJECTED


def _risk_is_open(document: StoredDocument) -> bool:
    return not superseded(document) and comparable(document.metadata.status) not in _CLOSED


_STANDS: Mapping[Group, Callable[[StoredDocument], bool]] = MappingProxyType(
    {
        Group.LESSONS: lambda document: not superseded(document),
        Group.DECISIONS: _decision_stands,
        Group.RISKS: _risk_is_open,
    }
)


def _near(found: Mapping[Group, Sequence[Hit]], everything: Answer) -> list[str]:
    """Paths of the documents most like the draft, of whatever type."""
    hits = [
        *everything.hits[:_SEARCHED_FOR_ACTIONS],
        *(hit for hits in found.values() for hit in hits),
    ]
    return list(dict.fromkeys(hit.document.path for hit in hits))


def _open_actions(
    source: Source, settings: Settings, draft: Document, paths: Sequence[str]
) -> list[Action]:
    """Those of the documents most like the draft, and of others if they share its words.

    Most words first, then in the order of the documents.
    """
    blocks = (block for section in draft.sections for block in section.blocks)
    words = _telling(" ".join(line for block in blocks for line in block.lines))
    nearest = set(paths[:_NEAREST])
    shares = [
        (_share(action, words), action)
        for action in read_actions(source, settings, paths)
        if not action.item.done
    ]
    kept = [(s, a) for s, a in shares if s >= _LEAST_SHARE or a.path in nearest]
    return [action for _, action in sorted(kept, key=lambda pair: -pair[0])]


def _share(action: Action, words: frozenset[str]) -> float:
    """How much of the action's own words the draft has too, from 0 to 1."""
    own = _telling(action.item.text)
    return len(own & words) / len(own) if own else 0.0


def _telling(text: str) -> frozenset[str]:
    """Words that say something by themselves: no particle, and no single Chinese character."""
    return frozenset(t for t in terms(text) if len(t) > 1 and not is_stop_term(t))
