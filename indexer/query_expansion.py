"""Query and glossary -> what else is looked for, in words and in meaning. Pure but for the lookup.

What is taken was measured: an English query gains from Chinese names only, since the English
network knows English synonyms and words added to a query that is understood only dilute it; a
Chinese query gains from all other names. The weights stand in ``indexer.ranking``.
"""

from __future__ import annotations

from typing import NamedTuple

from indexer import ranking
from indexer.exchange import Expansion
from indexer.glossary import candidates, expansions
from indexer.glossary_store import GlossaryStore
from indexer.query import MAX_TERMS, Query, content_terms
from indexer.tokens import has_han


class ExpandedQuery(NamedTuple):
    """What the glossary adds to a query: ``terms`` for the lexical index; ``translations`` are
    names for the model that reads the other language, the first such one of each entry.
    """

    expansions: tuple[Expansion, ...] = ()
    terms: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    weight: float = 0.0


def expand(query: Query, glossary: GlossaryStore) -> ExpandedQuery:
    """Names of the glossary that the query holds, as others of their entries."""
    entry_of, names = glossary.entries(candidates(query.text))
    if not entry_of:
        return ExpandedQuery()
    chinese = has_han(query.text)
    taken: list[Expansion] = []
    translations: list[str] = []
    for found in expansions(query.text, entry_of, names):
        others = [name for name in found.names if chinese or has_han(name)]
        foreign = [name for name in others if has_han(name) != chinese]
        if others:
            taken.append(Expansion(found.typed, tuple(others)))
        translations += foreign[:1]
    terms = dict.fromkeys(
        term for e in taken for name in e.names for term in content_terms(name) if _tells(term)
    )
    return ExpandedQuery(
        expansions=tuple(taken),
        terms=tuple(term for term in terms if term not in query.terms)[:MAX_TERMS],
        translations=tuple(translations),
        weight=ranking.CHINESE_EXPANSION_WEIGHT if chinese else ranking.EXPANSION_WEIGHT,
    )


def _tells(term: str) -> bool:
    """Not a Chinese character of a longer name: alone it stands in too many other words."""
    return len(term) > 1 or not has_han(term)
