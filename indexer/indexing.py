"""Files -> index: a pure difference, then everything that changed in one transaction.

``kb index``, ``kb index --force`` and the refresh inside a search are this one path. Text that was
embedded once is not embedded again; vectors are stored while they are made, so a run that was
interrupted goes on where it stopped. It renders nothing and knows no outside library.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from indexer import glossary
from indexer.chunk_ids import chunk_id
from indexer.chunker import LEXICAL_MAX_TOKENS, approximate_tokens
from indexer.embedding_space import Model
from indexer.freshness import difference
from indexer.ignore_rules import Ignored
from indexer.index import Index
from indexer.links import Targets
from indexer.model import EncoderId, FileStamp, IndexReport, Problem, Progress, no_progress
from indexer.name_vectors import NameVectors, hash_of, translations
from indexer.reading import Reader, Reading, Readings
from indexer.source import Source
from indexer.succession import successors

_EMBED_BATCH = 256  # texts between two commits of vectors: a few seconds of work


class _Glossary(NamedTuple):
    """Names of which the index does not know yet, and where they come from."""

    origin: str
    names: Sequence[glossary.Name]


class Indexer:
    """Brings one opened index up to one source."""

    def __init__(
        self,
        index: Index,
        source: Source,
        model: Model | None,
        types: Mapping[str, str],
        max_file_bytes: int,
        default_glossary: str = "",
    ) -> None:
        """``model`` None: words only. ``types`` maps top folders to document types.
        ``default_glossary`` is the text of the one that stands in while the wiki has none.
        """
        self._index = index
        self._source = source
        self._types = types
        self._reader = Reader(source, types, max_file_bytes)
        self._model = model
        self._default_glossary = default_glossary

    @property
    def model_changed(self) -> bool:
        """Whether the index holds chunks of another model, so that every file is read again."""
        return self._index.documents.state().generation > 0 and self._of_another_model

    @property
    def _of_another_model(self) -> bool:
        wanted = self._model.space.fingerprint if self._model else ""
        return self._index.documents.state().fingerprint != wanted

    @property
    def _of_other_types(self) -> bool:
        with self._index.guarded():
            return self._index.documents.types() != dict(self._types)

    def run(self, *, force: bool = False, progress: Progress = no_progress) -> IndexReport:
        """Index what changed; with ``force`` everything, embedding included."""
        started = time.monotonic()
        store = self._index.documents
        with self._index.guarded():
            known, unread = store.known_files(), store.unread_problems()
            ignored = store.ignored()
        scan = self._source.changed_scan({*known, *(p.path for p in unread)}, ignored, unread)
        progress("read", 0, 0)
        changes = difference({path: file.stamp for path, file in known.items()}, scan.stamps)
        everything = force or self.model_changed or self._of_other_types
        if force and self._model:
            with self._index.transaction():
                self._index.embeddings.forget()
        hashes = {} if everything else {path: file.content_hash for path, file in known.items()}
        paths = scan.stamps if everything else changes.waiting
        readings = self._read({path: scan.stamps[path] for path in paths}, hashes, progress)
        embedded, hashes_of = self._embed(readings.changed, progress)
        embedded += self._read_again(readings, hashes, hashes_of, progress)
        problems = [*scan.problems, *readings.failed.values()]
        lost = readings.vanished.union(readings.failed).intersection(known)
        gone = lost.union(changes.removed)
        documents = {path for path, file in known.items() if not file.draft}
        withdrawn = documents.intersection(gone.union(readings.drafts))
        names = self._changed_glossary(readings, withdrawn)
        if force or self._of_another_model or names:
            self._embed_names(names)
        self._apply(readings, gone, problems, scan.ignored, hashes_of, names, progress)
        self._index.write_vectors()
        read = [r.document.path for r in readings.changed]
        with self._index.guarded():
            return IndexReport(
                added=tuple(path for path in read if path not in documents),
                changed=tuple(path for path in read if path in documents),
                removed=tuple(sorted(withdrawn.difference(readings.failed))),
                unchanged=store.counts().documents - len(read),
                failed=tuple(sorted(readings.failed)),
                problems=tuple(store.problems()),
                embedded=embedded,
                seconds=time.monotonic() - started,
                generation=store.state().generation,
                semantic=self._model is not None,
            )

    def _read(
        self, stamps: Mapping[str, FileStamp], hashes: Mapping[str, bytes], progress: Progress
    ) -> Readings:
        if self._model is None or not stamps:  # counting tokens loads the model
            return self._reader.read(
                stamps, hashes, LEXICAL_MAX_TOKENS, approximate_tokens, progress
            )
        space = self._model.space
        return self._reader.read(stamps, hashes, space.max_tokens, space.count_tokens, progress)

    def _read_again(
        self,
        readings: Readings,
        hashes: Mapping[str, bytes],
        hashes_of: dict[str, bytes],
        progress: Progress,
    ) -> int:
        """Take in what became of the files while they were embedded; how many texts that added.

        Once: a file that is written all the time would hold everything up. The next run sees it.
        """
        late = self._reader.changed_since(readings)
        if not late:
            return 0
        again = self._read({p: s for p, s in late.items() if s is not None}, hashes, progress)
        again.vanished.update(path for path, stamp in late.items() if stamp is None)
        embedded, more = self._embed(again.changed, progress)
        hashes_of.update(more)
        readings.replace(late, again)
        return embedded

    def _embed(
        self, readings: Sequence[Reading], progress: Progress
    ) -> tuple[int, dict[str, bytes]]:
        """Embed what was never embedded; how many texts, and the hash of every readable text."""
        if self._model is None or not readings:
            return 0, {}
        texts = list(dict.fromkeys(chunk.embedded_text for r in readings for chunk in r.chunks))
        read_by = dict(zip(texts, self._model.space.readers(texts), strict=True))
        hashes = {
            text: hashlib.sha256(text.encode()).digest()[:16] for text in texts if read_by[text]
        }
        unseen = {
            encoder: self._unseen((t for t in texts if read_by[t] == encoder), hashes, encoder)
            for encoder in self._model.space.encoders
        }
        total = sum(map(len, unseen.values()))
        done = 0
        for encoder, left in unseen.items():
            for start in range(0, len(left), _EMBED_BATCH):
                progress("embed", done, total)
                batch = left[start : start + _EMBED_BATCH]
                self._embed_batch(batch, hashes, encoder)
                done += len(batch)
        if total:
            progress("embed", total, total)
        return total, hashes

    def _unseen(
        self, texts: Iterable[str], hashes: Mapping[str, bytes], encoder: EncoderId
    ) -> list[str]:
        """Those of the texts that the encoder never embedded, the shortest first."""
        wanted = list(texts)
        with self._index.guarded():
            known = self._index.embeddings.known((hashes[t] for t in wanted), encoder)
        return sorted((text for text in wanted if hashes[text] not in known), key=len)

    def _embed_batch(
        self, batch: Sequence[str], hashes: Mapping[str, bytes], encoder: EncoderId
    ) -> None:
        assert self._model is not None
        vectors = self._model.space.embed_documents(batch, encoder)
        rows = {hashes[text]: row.tobytes() for text, row in zip(batch, vectors, strict=True)}
        with self._index.transaction():
            self._index.embeddings.add(rows, encoder)

    def _embed_names(self, changed: _Glossary | None) -> None:
        """Embed the names of the glossary that a query may be sought with, if they never were."""
        if self._model is None:
            return
        vectors = NameVectors(self._index.embeddings)
        with self._index.guarded():
            names = changed.names if changed else self._index.glossary.names()
            made = vectors.embed_missing(translations(names), self._model.space)
        with self._index.transaction():
            vectors.add(made)

    def _apply(
        self,
        readings: Readings,
        gone: Collection[str],
        problems: Sequence[Problem],
        ignored: Ignored,
        hashes: Mapping[str, bytes],
        names: _Glossary | None,
        progress: Progress,
    ) -> None:
        store = self._index.documents
        alters = bool(readings.changed or readings.drafts or gone or names)
        alters = alters or self._of_another_model or self._of_other_types
        with self._index.guarded():
            if not alters and not readings.touched and self._stand(problems, ignored):
                return
        with self._index.transaction():
            for path in gone:
                self._remove(path)
            for path, (stamp, content_hash) in readings.drafts.items():
                self._remove(path)
                store.add_draft(path, stamp, content_hash)
            store.set_unread_problems(problems)
            store.set_ignored(ignored)
            store.set_types(self._types)
            for path, stamp in readings.touched.items():
                store.touch(path, stamp)
            for number, reading in enumerate(readings.changed, start=1):
                progress("write", number, len(readings.changed))
                self._remove(reading.document.path)
                self._add(reading, hashes)
            if names:
                self._index.glossary.replace(names.names)
                store.set_meta("glossary", names.origin)
            if alters:
                self._settle_succession()
                store.set_meta("fingerprint", self._model.space.fingerprint if self._model else "")
                store.set_meta("model", self._model.name if self._model else "")
                if self._model:
                    kept = {hash_of(n) for n in translations(self._index.glossary.names())}
                    self._index.embeddings.prune(self._model.space.encoders, kept)
                store.set_meta("generation", str(store.state().generation + 1))

    def _settle_succession(self) -> None:
        """Which document took the place of which; a new file may be the one that others name."""
        store = self._index.succession
        said = store.said()
        store.replace(successors(said, Targets(store.paths())) if said else {})

    def _stand(self, problems: Sequence[Problem], ignored: Ignored) -> bool:
        """Whether the index knows that these cannot be read and that those are left out."""
        store = self._index.documents
        return set(problems) == set(store.unread_problems()) and ignored == store.ignored()

    def _changed_glossary(self, readings: Readings, gone: Collection[str]) -> _Glossary | None:
        """The names and where they come from, unless they are in the index already."""
        if readings.glossary is not None:
            return _Glossary("own", [*glossary.names_of(readings.glossary)])
        store = self._index.documents
        with self._index.guarded():
            known, own = store.meta("glossary"), store.document_by_path(glossary.PATH)
        if own and glossary.PATH not in gone:
            return None
        default = hashlib.sha256(self._default_glossary.encode()).hexdigest()
        if known == default:
            return None
        entries, _ = glossary.read_glossary(self._default_glossary)
        return _Glossary(default, [*glossary.names_of(entries)])

    def _remove(self, path: str) -> None:
        removed = self._index.documents.remove(path)
        if removed:
            self._index.words.remove(*removed)

    def _add(self, reading: Reading, hashes: Mapping[str, bytes]) -> None:
        document, store = reading.document, self._index.documents
        vectors = [hashes.get(chunk.embedded_text) for chunk in reading.chunks]
        id_ = store.add(document, reading.stamp, reading.content_hash, embedded=any(vectors))
        chunks = [(chunk_id(id_, n), chunk) for n, chunk in enumerate(reading.chunks)]
        for (number, chunk), vector in zip(chunks, vectors, strict=True):
            store.add_chunk(number, chunk, vector)
        if document.path != glossary.PATH:
            self._index.words.add(id_, document.path, document.metadata, chunks)
        store.set_problems(document.path, document.problems)
