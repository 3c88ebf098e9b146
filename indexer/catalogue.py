"""Messages in a given language, for a face that says them in another one than the terminal's.

The same catalogue below ``indexer/locale``, without any state: two languages can be spoken at once.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from pathlib import Path

from indexer.message import Message

ENGLISH = "en"
_DOMAIN = "kb"
_CATALOGUES = Path(__file__).parent / "locale"

Speak = Callable[[Message], str]
"""The sentence of a message."""


def speaker(language: str) -> Speak:
    """How messages are said in the language; one that has no catalogue gets English."""
    found = gettext.translation(_DOMAIN, _CATALOGUES, [language], fallback=True)

    def translate(text: str) -> str:
        return found.gettext(text) if text else ""  # an empty text is the catalogue's header

    return lambda message: message.rendered(translate)
