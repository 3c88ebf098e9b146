"""The language of the terminal: which one the person reads, and messages said in it.

Translations stand in gettext's catalogue below ``indexer/locale``. click takes its own words from
gettext's default domain, so that is where ours are put too. English is the language of the code
and needs no catalogue. The only module that knows gettext; it parses no options and prints nothing.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from pathlib import Path

from indexer.message import Message

ENGLISH = "en"
_CHINESE = "zh"
LANGUAGES = (ENGLISH, _CHINESE)

_DOMAIN = "kb"
_CATALOGUES = Path(__file__).parents[1] / "locale"
_NO_CATALOGUE = "messages"  # gettext's own default domain, in which nobody speaks


def of_environment(environment: Mapping[str, str]) -> str:
    """The language that ``KB_LANG`` or else the locale asks for; English if it is none of ours.

    As in GNU gettext, ``LANGUAGE`` lists languages by preference and counts for nothing in the
    locales C and POSIX.
    """
    named = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in named if name), "")
    listed = "" if locale in {"C", "POSIX"} else environment.get("LANGUAGE", "")
    for name in (environment.get("KB_LANG", ""), *listed.split(":"), locale):
        language = re.split(r"[_.@-]", name)[0].lower()
        if language in LANGUAGES:
            return language
    return ENGLISH


def speak(language: str) -> None:
    """From now on messages, and click's own words, are said in this language."""
    gettext.bindtextdomain(_DOMAIN, _CATALOGUES)
    gettext.textdomain(_NO_CATALOGUE if language == ENGLISH else _DOMAIN)
    if language != ENGLISH and gettext.find(_DOMAIN, _CATALOGUES) is None:
        os.environ["LANGUAGE"] = language  # gettext's lookup asks the environment, nothing else


def present() -> str:
    """The language in which messages are said now."""
    return ENGLISH if gettext.textdomain() == _NO_CATALOGUE else _CHINESE


def spoken(message: Message) -> str:
    """The message in the present language."""
    return message.rendered(translated)


def translated(text: str) -> str:
    """A text of the catalogue in the present language, placeholders as they are."""
    return gettext.gettext(text) if text else ""  # an empty text is the catalogue's header
