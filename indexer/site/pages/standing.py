"""The pages that say where the team stands, each there only where it has something to show.

To add one, write a module with what ``StandingModule`` has and name it in ``STANDING``; its order
is that of the navigation and of the home page.
"""

from __future__ import annotations

from typing import Protocol

from indexer.message import Message
from indexer.site.library import Library
from indexer.site.page import Page
from indexer.site.pages import (
    action_list,
    decision_status,
    key_figures,
    numbers,
    recurring,
    risk_matrix,
    roles,
)
from indexer.site.site import Site


class PageModule(Protocol):
    """What a module of a page across documents has."""

    @property
    def NAME(self) -> str: ...  # noqa: N802  # a module's constant

    @property
    def LABEL(self) -> Message: ...  # noqa: N802  # likewise

    def page(self, site: Site, path: str) -> Page: ...


class StandingModule(PageModule, Protocol):
    """What a module of a page has that is not always there."""

    def there(self, library: Library) -> bool: ...

    def standing(self, site: Site) -> str:
        """The page in a few words and figures, in the site's language."""


STANDING: tuple[StandingModule, ...] = (
    action_list,
    risk_matrix,
    decision_status,
    roles,
    key_figures,
    recurring,
    numbers,
)


def standing_modules(site: Site) -> list[StandingModule]:
    """Those that have a page here."""
    return [module for module in STANDING if module.NAME in site.places.pages]
