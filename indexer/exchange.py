"""What a face asks of a search and what it gets back, whichever process answers. Shapes only."""

from __future__ import annotations

from typing import NamedTuple

from indexer.freshness import Freshness
from indexer.message import NOTHING, Message
from indexer.model import Answer, Filters, Mode


class Request(NamedTuple):
    """A search as it was typed."""

    text: str
    limit: int = 10
    filters: Filters = Filters()
    mode: Mode = Mode.HYBRID


class Response(NamedTuple):
    """The answer, how the files compare to it, and why meaning could not be asked, if so."""

    answer: Answer
    freshness: Freshness
    hindrance: Message = NOTHING
