"""Whether the tables of an index agree: what belongs to each document is there, and nothing else.

It reads everything and is for ``kb doctor``; a search trusts transactions and checksums. It mends
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from indexer.checked_pages import Connection
from indexer.chunk_ids import BITS
from indexer.message import Message, say

_WITHOUT_TERMS = "(SELECT id FROM documents WHERE path = ?)"
"""A document whose rows are looked up otherwise and have no terms: the glossary."""

_COUNTS: tuple[tuple[str, Callable[[int], Message]], ...] = (
    (
        f"""SELECT count(*) FROM chunks WHERE id >> {BITS} NOT IN (SELECT id FROM documents)""",
        lambda count: say("{count} pieces belong to no document", count=count),
    ),
    (
        f"""SELECT count(*) FROM chunks WHERE id >> {BITS} NOT IN {_WITHOUT_TERMS}
            AND id NOT IN (SELECT rowid FROM chunk_terms)""",
        lambda count: say("{count} pieces cannot be found by their words", count=count),
    ),
    (
        f"""SELECT count(*) FROM documents WHERE id NOT IN {_WITHOUT_TERMS}
            AND (id NOT IN (SELECT rowid FROM document_terms)
                 OR id NOT IN (SELECT rowid FROM document_words))""",
        lambda count: say("{count} documents cannot be found by their words", count=count),
    ),
    (
        """SELECT (SELECT count(*) FROM chunk_terms WHERE rowid NOT IN (SELECT id FROM chunks))
            + (SELECT count(*) FROM document_terms WHERE rowid NOT IN (SELECT id FROM documents))
            + (SELECT count(*) FROM document_words WHERE rowid NOT IN (SELECT id FROM documents))
        """,
        lambda count: say("{count} rows of words belong to nothing that is indexed", count=count),
    ),
    (
        """SELECT count(*) FROM chunks WHERE vector IS NOT NULL
            AND vector NOT IN (SELECT hash FROM vectors)""",
        lambda count: say("{count} pieces have lost their vector", count=count),
    ),
    (
        f"""SELECT count(*) FROM documents WHERE embedded <>
            (id IN (SELECT id >> {BITS} FROM chunks WHERE vector IS NOT NULL))""",
        lambda count: say(
            "{count} documents say wrongly whether any of their pieces has a vector", count=count
        ),
    ),
    (
        """SELECT count(*) FROM pragma_foreign_key_check""",
        lambda count: say("{count} rows point to a document that is not there", count=count),
    ),
)


def disagreements(connection: Connection, without_terms: str) -> Iterator[Message]:
    """What does not agree, in words; ``without_terms`` is the path of the one document that has
    none. Raises SQLite's errors.
    """
    for query, told in _COUNTS:
        values = (without_terms,) if "?" in query else ()
        count = connection.execute(query, values).get
        if count:
            yield told(count)
