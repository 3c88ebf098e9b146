"""A wiki that stays open between searches and answers as one that was opened for each of them.

Whatever a search of its own process would see anew is looked at again: the settings, the generation
of the index, and the files; what was read of the index before is not. For one thread, the one that
called it first. It serves nothing.
"""

from __future__ import annotations

import contextlib

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

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki
        self._opened: OpenWiki | None = None

    def warm_up(self) -> None:
        """Load what answers need. What is wrong will be told by the first search."""
        with contextlib.suppress(KbError):
            for text in _FIRST_QUESTIONS:
                self._open().respond(Request(text), parse_query(text), Freshness())
        self._release()

    def respond(self, request: Request) -> Response:
        """As ``Wiki.search``, which see."""
        try:
            return self._answer(request)
        finally:
            self._release()

    def _answer(self, request: Request) -> Response:
        query = parse_query(request.text)
        if self._wiki.settings_changed():
            self.close()
            self._wiki = self._wiki.reopened()
        freshness = Freshness()
        if self._open().changes():
            freshness = self._wiki.refresh()
            if freshness == Freshness():  # files that were only touched make no new generation
                self.close()
        return self._open_with_model(request).respond(request, query, freshness)

    def close(self) -> None:
        """Close the index; the next question opens it again."""
        if self._opened:
            self._opened.__exit__()
            self._opened = None

    def _release(self) -> None:
        if self._opened:
            self._opened.release()

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
