"""A wiki whose index is open: what stays loaded between questions.

``indexer.app`` opens it; the faces ask it. It indexes nothing and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from indexer.errors import ModelUnavailable, PathError
from indexer.exchange import Answer, Filters, Mode, Request, Response
from indexer.freshness import Difference, Freshness, difference
from indexer.ignore_rules import Ignored
from indexer.index import Index
from indexer.message import NOTHING, Message, say
from indexer.model import Document, FileStamp, StoredChunk, StoredDocument
from indexer.query import Query
from indexer.searching import Searcher
from indexer.settings import Settings
from indexer.source import Source

if TYPE_CHECKING:
    from indexer.embedding_space import EmbeddingSpace

_Answered = TypeVar("_Answered")


class KnownFiles(NamedTuple):
    """The files that an index holds, by path, those that could not be read for it, what the ignore
    rules left out, and which folder gave which type.
    """

    stamps: Mapping[str, FileStamp]
    unread: Collection[str]
    ignored: Ignored
    types: Mapping[str, str]

    @classmethod
    def of(cls, index: Index) -> KnownFiles:
        """All of one index."""
        store = index.documents
        with index.guarded():
            stamps = {path: known.stamp for path, known in store.known_files().items()}
            unread = {problem.path for problem in store.unread_problems()}
            return cls(stamps, unread, store.ignored(), store.types())

    def changes(self, source: Source, types: Mapping[str, str]) -> Difference:
        """What became of the files; those that could not be read are left to ``kb index``."""
        scan = source.changed_scan({*self.stamps, *self.unread}, self.ignored)
        found = {path: stamp for path, stamp in scan.stamps.items() if path not in self.unread}
        changes = difference(self.stamps, found)
        return changes._replace(
            rules=scan.ignored.rules != self.ignored.rules,
            types=bool(self.types) and dict(types) != self.types,  # none: nothing was read yet
        )


class OpenWiki:
    """Answers questions from one opened index. A context manager."""

    def __init__(
        self,
        index: Index,
        source: Source,
        settings: Settings,
        space: Callable[[str], EmbeddingSpace | None],
    ) -> None:
        """``space`` gives that of a model's name, and is asked for if the index has a model."""
        self._index = index
        self._source = source
        self._settings = settings
        self._space_of = space
        self.hindrance = NOTHING
        """Why meaning cannot be asked although the wiki has a model; empty if it can."""
        self._searcher = Searcher(index, self._space())

    def __enter__(self) -> OpenWiki:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.__exit__()

    def is_current(self) -> bool:
        """Whether the index is still the one that was opened; questions are answered as of now."""
        return self._index.is_current()

    def release(self) -> None:
        """No question comes for a while: let go of the moment of the last answer."""
        self._index.release()

    @cached_property
    def _known(self) -> KnownFiles:
        return KnownFiles.of(self._index)

    def changes(self) -> Difference:
        """What became of the files since the index was opened."""
        return self._known.changes(self._source, self._settings.types)

    def respond(self, request: Request, query: Query, freshness: Freshness) -> Response:
        """The answer to a request, whose text is the ``query``, and what is known of the files."""
        answer = self.search(
            query,
            limit=request.limit,
            filters=request.filters,
            mode=request.mode,
            gone=freshness.removed,
        )
        hindrance = NOTHING if request.mode is Mode.LEXICAL else self.hindrance
        return Response(answer, freshness, hindrance)

    def search(
        self,
        query: Query,
        *,
        limit: int,
        filters: Filters,
        mode: Mode,
        gone: Collection[str] = (),
        refuse: bool = True,
    ) -> Answer:
        """The answer; see ``Searcher.search``. By words alone if the model cannot be loaded."""
        answer = self._asked(
            lambda searcher: searcher.search(
                query, limit=limit, filters=filters, mode=mode, gone=gone, refuse=refuse
            )
        )
        return _as_of_now(answer, gone)

    def draft(self, file: Path) -> tuple[Document, str]:
        """A file, inside ``kb/`` or not, as a document, and its path if it is inside.

        Raises PathError if it cannot be read.
        """
        try:
            content = file.read_bytes()
        except OSError as error:
            raise PathError(
                say("{path} cannot be read: {error}", path=file, error=error.strerror or error),
                say("name a Markdown file"),
            ) from error
        content_folder = self._source.folder.resolve()
        resolved = file.resolve()
        inside = resolved.is_relative_to(content_folder)
        path = resolved.relative_to(content_folder).as_posix() if inside else file.name
        return self.drafted(path, content), path if inside else ""

    def drafted(self, name: str, content: bytes) -> Document:
        """A text that stands in no file, as a document."""
        from indexer.parser import parse_document  # here: a search of typed words needs none

        return parse_document(name, content, self._settings.types)

    def similar(
        self,
        draft: Document,
        wanted: Sequence[Filters],
        *,
        limit: int,
        exclude: Collection[str] = (),
        gone: Collection[str] = (),
    ) -> list[Answer]:
        """Documents like the draft, asked for with each filter; see ``Searcher.similar``."""
        answers = self._asked(
            lambda searcher: searcher.similar(
                draft.metadata.title,
                searcher.chunked(draft),
                wanted,
                limit=limit,
                exclude=exclude,
                gone=gone,
            )
        )
        return [_as_of_now(answer, gone) for answer in answers]

    def documents(self, filters: Filters, gone: Collection[str] = ()) -> list[StoredDocument]:
        """Every document that passes the filters, in no order. ``gone`` as in ``search``."""
        with self._index.guarded():
            store = self._index.documents
            allowed = store.allowed(filters, gone)
            found = store.documents(store.all_ids() if allowed is None else allowed).values()
            return [_without(document, gone) for document in found] if gone else list(found)

    def document(self, path: str) -> tuple[StoredDocument, list[StoredChunk]]:
        """A document and its chunks. Raises PathError if the index holds none of that path."""
        with self._index.guarded():
            document = self._index.documents.document_by_path(path)
            if document is None:
                raise PathError(
                    say("no document {path} in the index", path=path),
                    say("give its path below kb/, as kb search --paths prints it"),
                )
            return document, self._index.documents.chunks_of(document.id)

    def _asked(self, ask: Callable[[Searcher], _Answered]) -> _Answered:
        try:
            return ask(self._searcher)
        except ModelUnavailable as error:  # found when it was loaded; words answer all the same
            self.hindrance = _words_only(error)
            self._searcher = Searcher(self._index, None)
            return ask(self._searcher)

    def _space(self) -> EmbeddingSpace | None:
        """The space that the index was made in, if its model is here."""
        with self._index.guarded():
            state = self._index.documents.state()
        name = state.model
        if not state.fingerprint:
            return None
        try:
            space = self._space_of(name)
        except ModelUnavailable as error:
            self.hindrance = _words_only(error)
            return None
        if space is None or space.fingerprint != state.fingerprint:
            self.hindrance = say(
                "the model {name} is not prepared here: words only; run: kb index", name=name
            )
            return None
        return space


def _as_of_now(answer: Answer, gone: Collection[str]) -> Answer:
    """The answer without successors that no longer exist."""
    if not gone:
        return answer
    kept = (hit._replace(document=_without(hit.document, gone)) for hit in answer.hits)
    return answer._replace(hits=tuple(kept))


def _without(document: StoredDocument, gone: Collection[str]) -> StoredDocument:
    """The document with those of its successors that still exist."""
    left = tuple(path for path in document.successors if path not in gone)
    return document._replace(successors=left)


def _words_only(error: ModelUnavailable) -> Message:
    return say("{reason}: words only; {remedy}", reason=error.message, remedy=error.hint)
