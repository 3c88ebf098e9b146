"""Who sits before the terminal, for ``--owner me``: what git knows of them.

``git config kb.owner`` (several times, or with commas) names the names and roles that are theirs;
without it ``user.name`` counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from indexer.errors import QueryError
from indexer.message import say

_ME = frozenset({"me", "我"})
_COMMA = re.compile("[,，、\n\0]")


def owners_meant(owners: Sequence[str], root: Path) -> tuple[str, ...]:
    """The owners with "me" replaced by one's own names. Raises QueryError if git knows none."""
    if not any(owner.casefold() in _ME for owner in owners):
        return tuple(owners)
    mine = list(_own_names(root))
    if not mine:
        raise QueryError(
            say("git does not know who you are"),
            say('tell it your name or role: git config --global kb.owner "release-manager"'),
        )
    return (*(owner for owner in owners if owner.casefold() not in _ME), *mine)


def _own_names(root: Path) -> Iterator[str]:
    from indexer.git import Git

    git = Git(root)
    said = git.ask("config", "--null", "--get-all", "kb.owner").text
    said = said or git.ask("config", "--null", "user.name").text
    yield from filter(None, (name.strip() for name in _COMMA.split(said)))
