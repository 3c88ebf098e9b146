"""What a person typed -> what the search needs: words, exact phrases, excluded words. Pure.

Only two signs mean something, ``"exact phrase"`` (also “…”, «…», 「…」, 『…』, ‘…’) and ``-word``,
in either width. Everything else is text: what would be FTS5 syntax, a dash, and 《…》 too, for who
names a title seldom has it to the letter. It looks nothing up and ranks nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from indexer.errors import QueryError
from indexer.message import say
from indexer.stop_words import is_stop_term
from indexer.tokens import comparable, terms

MAX_TERMS = 64
"""Terms that are looked up; a pasted page is searched by the first of them."""
_MAX_CHARACTERS = 10_000

_WIDE_FORM = re.compile(r"[＂＃＋－．／０-９＠Ａ-Ｚ＿ａ-ｚ\uff66-\uff9f]+")
"""Full-width letters, digits and joiners, half-width kana; Chinese commas and stops stay."""

# An apostrophe is the closing ’ of a word, so ‘…’ quotes only around whole words.
_QUOTED = re.compile(
    r"""(?P<minus>(?<!\S)-)?(?:["“”„«](?P<double>[^"“”„«»]*)["“”»]|「(?P<corner>[^「」]*)」"""
    r"""|『(?P<white>[^『』]*)』|(?<![A-Za-z0-9])‘(?P<single>[^‘]{0,200}?)’(?![A-Za-z0-9]))"""
)
_EXCLUDED = re.compile(r"(?<!\S)-(?=[^\s-])([^\s，。、；：！？…]+)")
_QUOTES = ("double", "corner", "white", "single")


class Query(NamedTuple):
    """``text`` is what the model reads, ``terms`` what the lexical index looks up."""

    text: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    excluded_phrases: tuple[str, ...] = ()


def parse_query(typed: str) -> Query:
    """Raises QueryError if nothing is left to search for."""
    phrases: list[str] = []
    excluded_phrases: list[str] = []

    def take_phrase(match: re.Match[str]) -> str:
        phrase = next(text for text in match.group(*_QUOTES) if text is not None).strip()
        if match["minus"]:
            excluded_phrases.append(phrase)
            return " "
        phrases.append(phrase)
        return f" {phrase} "

    rest = _QUOTED.sub(take_phrase, _normal_width(typed[:_MAX_CHARACTERS]))
    excluded = [word for word in _EXCLUDED.findall(rest) if terms(word)]
    text = " ".join(_EXCLUDED.sub(" ", rest).split())
    found = content_terms(text)
    if not found:
        raise QueryError(
            say("there is no word to search for in '{typed}'", typed=typed[:60]),
            say('try: kb search "launch delay"'),
        )
    return Query(
        text=text,
        terms=tuple(found[:MAX_TERMS]),
        phrases=tuple(p for p in phrases if terms(p)),
        excluded=tuple(excluded),
        excluded_phrases=tuple(p for p in excluded_phrases if terms(p)),
    )


def _normal_width(typed: str) -> str:
    """What is not printable, also an ideographic space, is a space; wide letters are letters."""
    text = "".join(character if character.isprintable() else " " for character in typed)
    return _WIDE_FORM.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), text)


def content_terms(text: str) -> list[str]:
    """Distinct terms without stop words, unless there are no others."""
    distinct = list(dict.fromkeys(terms(text)))
    return [term for term in distinct if not is_stop_term(term)] or distinct


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, the two compared as ``comparable`` says."""
    return comparable(phrase) in comparable(text)
