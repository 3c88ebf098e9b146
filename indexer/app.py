"""The composition root: a wiki's root and settings -> wired parts, ready to use.

The only module that joins adapters to use cases; every face (terminal, site, …) starts here. What
a search does not need is imported where it is used, so that a search starts quickly. It prints
nothing and reads no environment: where the root is searched from, the cache folder and the progress
come from the face.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexer.consent import Consents
from indexer.errors import IndexUnwritable, ModelDamaged, ModelUnavailable, RootNotFound
from indexer.exchange import Request, Response
from indexer.freshness import Difference, Freshness
from indexer.index import WRITER_LOCK, Index, locked
from indexer.message import Message, say
from indexer.model import (
    IndexCounts,
    IndexReport,
    IndexState,
    Problem,
    Progress,
    StoredDocument,
    no_progress,
)
from indexer.open_wiki import KnownFiles, OpenWiki
from indexer.query import parse_query
from indexer.root import check_content
from indexer.settings import CONTENT, NO_MODEL, Settings, load_settings, settings_stamp
from indexer.source import Source

if TYPE_CHECKING:
    from indexer.embedding_space import EmbeddingSpace, Model
    from indexer.excerpt import Excerpt
    from indexer.indexing import Indexer
    from indexer.models import ModelCabinet

LOCK_SECONDS = 60.0
"""How long ``kb index`` waits for another indexing run to finish."""

REFRESH_BUSY_SECONDS = 1.0
"""How long a search that has files to bring in waits for a foreign program to let go of the index,
before it answers without them."""


class Status(NamedTuple):
    """What ``kb status`` tells."""

    root: Path
    settings: Settings
    state: IndexState
    counts: IndexCounts
    changes: Difference
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]
    prepared: bool
    dated: tuple[StoredDocument, ...]  # documents with which something falls due


class Wiki:
    """One wiki: its files, its settings, its index."""

    def __init__(
        self,
        root: Path,
        cache: Path,
        cabinet: ModelCabinet | None = None,
        *,
        data: Path | None = None,
    ) -> None:
        """Raises RootNotFound without ``kb/`` in ``root``, SettingsError for bad settings.

        ``cabinet`` is one that holds loaded models already; ``data``, a folder, knows which models
        the user agreed to: without it none but those that come with kb.
        """
        if not (root / CONTENT).is_dir():
            raise RootNotFound(
                say("{folder} has no folder kb/", folder=root),
                say("create it, or run: kb init {folder}", folder=root),
            )
        check_content(root)
        self.root = root
        self._settings_stamp = settings_stamp(root)
        self.settings = load_settings(root)
        self._cache = cache
        self._cabinet = cabinet
        self._data = data
        self.consents = Consents(data, root)
        self.source = Source(root)

    @cached_property
    def cabinet(self) -> ModelCabinet:
        """Where its models come from and are kept."""
        from indexer.models import ModelCabinet

        return self._cabinet or ModelCabinet(self._cache, self.root)

    def settings_changed(self) -> bool:
        """Whether the settings' file was written since the wiki was opened."""
        return self._settings_stamp != settings_stamp(self.root)

    def reopened(self) -> Wiki:
        """The wiki with its settings as they are now; loaded models stay loaded."""
        return Wiki(self.root, self._cache, self.cabinet, data=self._data)

    # Indexing

    def index(
        self,
        *,
        force: bool = False,
        verify: bool = True,
        progress: Progress = no_progress,
        notice: Callable[[Message], None] = lambda _: None,
    ) -> IndexReport:
        """Bring the index up to the files. ``notice`` hears what a person should know first.

        ``verify`` reads the whole database for damage before.
        """
        model = self._model(progress, notice)
        with self._writing():
            try:
                return self._run(model, force, verify, progress, notice)
            except ModelDamaged as error:
                notice(error.mending)
                self.cabinet.prepare(self.settings.model, progress, anew=True, notice=notice)
                return self._run(self._prepared_model(), force, verify, progress, notice)

    def discard_index(self) -> None:
        """Throw the index away, all that was embedded with it. Raises IndexUnwritable."""
        with self._writing():
            Index.discard(self.root)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Wait for other indexing runs to end. Raises IndexUnwritable if one does not."""
        with locked(self.root, WRITER_LOCK, LOCK_SECONDS) as mine:
            if not mine:
                raise IndexUnwritable(
                    say(
                        "another process has been indexing {root} for {seconds:.0f} s",
                        root=self.root,
                        seconds=LOCK_SECONDS,
                    ),
                    say("wait for it to finish and run: kb index"),
                )
            yield

    def _run(
        self,
        model: Model | None,
        force: bool,
        verify: bool,
        progress: Progress,
        notice: Callable[[Message], None],
    ) -> IndexReport:
        with Index.open_to_write(self.root, verify=verify) as index:
            if index.replaced:
                notice(say("{reason}; making a new index", reason=index.replaced))
            indexer = self._indexer(index, model)
            if indexer.model_changed:
                changed = say(
                    "the model changed from {old} to {new}: every document is read again",
                    old=index.documents.state().model or NO_MODEL,
                    new=model.name if model else NO_MODEL,
                )
                notice(changed)
            return indexer.run(force=force, progress=progress)

    def _indexer(self, index: Index, model: Model | None) -> Indexer:
        from indexer.indexing import Indexer
        from indexer.starter import default_glossary

        settings = self.settings
        return Indexer(
            index,
            self.source,
            model,
            settings.types,
            settings.max_file_bytes,
            default_glossary(),
        )

    def _model(self, progress: Progress, notice: Callable[[Message], None]) -> Model | None:
        """The model of the settings, prepared first if need be; None if they want none."""
        self.consents.require(self.settings.model)
        if self.settings.model != NO_MODEL:
            self.cabinet.prepare(self.settings.model, progress, notice=notice)
        return self._prepared_model()

    def _prepared_model(self) -> Model | None:
        """The model of the settings; None if they want none, or if it is not prepared yet."""
        name = self.settings.model
        if name == NO_MODEL:
            return None
        from indexer.embedding_space import Model

        space = self._space(name, thorough=True)  # vectors that are kept come of it
        return Model(name, space) if space else None

    def _space(self, name: str, *, thorough: bool = False) -> EmbeddingSpace | None:
        """As ``ModelCabinet.space``. Raises ModelNotAgreed: a name alone is never followed."""
        self.consents.require(name)
        return self.cabinet.space(name, thorough=thorough)

    # Searching

    def search(self, request: Request) -> Response:
        """Bring a handful of changed files in, then answer.

        Raises QueryError, IndexMissing, IndexUnusable.
        """
        query = parse_query(request.text)  # first: what cannot be understood brings nothing in
        freshness = self.refresh()
        with self.open() as opened:
            return opened.respond(request, query, freshness)

    def open(self) -> OpenWiki:
        """Open the index for questions. Raises IndexMissing, IndexUnusable."""
        index = Index.open_to_read(self.root)
        return OpenWiki(index, self.source, self.settings, self._space)

    def refresh(self) -> Freshness:
        """Bring a handful of changed files in, as a search does before it answers."""
        with Index.open_to_read(self.root) as index, index.guarded():
            known = KnownFiles.of(index)
            state = index.documents.state()
        changes = known.changes(self.source, self.settings.types)
        removed = frozenset(changes.removed)
        waiting = len(changes.waiting)
        if not changes:
            return Freshness()
        if changes.types:
            hindrance = say("the document types changed")
            return Freshness(max(len(known.stamps), waiting), removed, hindrance=hindrance)
        if waiting > self.settings.refresh_limit:
            return Freshness(waiting, removed)
        try:
            model = self._prepared_model()
        except ModelUnavailable as error:
            return Freshness(waiting, removed, hindrance=error.message)
        wanted = (
            "" if self.settings.model == NO_MODEL else model.space.fingerprint if model else None
        )
        if wanted != state.fingerprint:
            return Freshness(waiting, removed, hindrance=say("the model changed"))
        try:
            with locked(self.root, WRITER_LOCK) as mine:
                if not mine:
                    return Freshness(waiting, removed, hindrance=say("an indexing run is at work"))
                opened = Index.open_to_write(
                    self.root, verify=False, wait_seconds=REFRESH_BUSY_SECONDS
                )
                with opened as index:
                    report = self._indexer(index, model).run()
        except (IndexUnwritable, ModelUnavailable) as error:
            return Freshness(waiting, removed, hindrance=error.message)
        brought_in = len(report.added) + len(report.changed) + len(report.removed)
        return Freshness(brought_in=brought_in)

    def changes(self) -> Difference:
        """What became of the files since they were indexed. Raises IndexMissing, IndexUnusable."""
        with Index.open_to_read(self.root) as index:
            return KnownFiles.of(index).changes(self.source, self.settings.types)

    def read(self, place: str) -> Excerpt:
        """The document or section that ``PATH[#ANCHOR]`` names. Raises PathError."""
        from indexer.named_document import read_named

        return read_named(self.source, self.settings.types, place)

    def status(self) -> Status:
        """The state of index and files. Raises IndexMissing, IndexUnusable."""
        with Index.open_to_read(self.root) as index, index.guarded():
            state = index.documents.state()
            return Status(
                root=self.root,
                settings=self.settings,
                state=state,
                counts=index.documents.counts(),
                changes=KnownFiles.of(index).changes(self.source, self.settings.types),
                ignored=tuple(sorted(index.documents.ignored().entries)),
                problems=tuple(index.documents.problems()),
                prepared=self._is_prepared(state.model),
                dated=self._dated(index),
            )

    @staticmethod
    def _dated(index: Index) -> tuple[StoredDocument, ...]:
        store = index.documents
        return tuple(one for one in store.documents(store.all_ids()).values() if one.due)

    def _is_prepared(self, model: str) -> bool:
        try:
            return self.consents.holds(model) and self.cabinet.prepared(model) is not None
        except ModelDamaged:
            return False
