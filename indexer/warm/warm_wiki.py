"""A wiki that stays open between searches and answers as one that was opened for each of them.

Whatever a search of its own process would see anew is looked at again: the settings, the generation
of the index, and the files, unless whoever watches them says that nothing happened to them; those
that are shown are looked for even then. For one thread, the one that called it first. It serves
nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from indexer.app import Wiki
from indexer.errors import KbError
from indexer.exchange import Mode, Request, Response
from indexer.freshness import Freshness
from indexer.open_wiki import OpenWiki
from indexer.query import parse_query

_FIRST_QUESTIONS = ("warm up", "预热")
"""One in each language: all embedders are loaded."""


class WarmWiki:
    """Opens nothing until it is asked."""

    def __init__(self, wiki: Wiki, nothing_happened: Callable[[], bool]) -> None:
        self._wiki = wiki
        self._nothing_happened = nothing_happened
        self._opened: OpenWiki | None = None

    def warm_up(self) -> None:
        """Load what answers need. What is wrong will be told by the first search."""
        with contextlib.suppress(KbError):
            for text in _FIRST_QUESTIONS:
                self._open().respond(Request(text), Freshness())

    def respond(self, request: Request) -> Response:
        """As ``Wiki.search``, which see."""
        if self._wiki.settings_changed():
            self.close()
            self._wiki = self._wiki.reopened()
        elif self._nothing_happened():
            response = self._open_with_model(request).respond(request, Freshness())
            source = self._wiki.source
            if all(source.stamp(hit.document.path) for hit in response.answer.hits):
                return response
        parse_query(request.text)  # what cannot be understood brings nothing in
        freshness = self._wiki.refresh()
        return self._open_with_model(request).respond(request, freshness)

    def close(self) -> None:
        """Close the index; the next question opens it again."""
        if self._opened:
            self._opened.__exit__()
            self._opened = None

    def _open_with_model(self, request: Request) -> OpenWiki:
        opened = self._open()
        if opened.hindrance and request.mode is not Mode.LEXICAL:
            self.close()  # the model may have been prepared since
            opened = self._open()
        return opened

    def _open(self) -> OpenWiki:
        if self._opened and not self._opened.is_current():
            self.close()
        if self._opened is None:
            self._opened = self._wiki.open()
        return self._opened
