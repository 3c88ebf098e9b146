"""The opened index: the SQLite file, and the FAISS files that are made from it.

SQLite is the truth, one generation after the other. Opening for writing replaces an index that
cannot be used; opening for reading refuses it. It decides nothing about what belongs in the index.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer import database, glossary
from indexer.checked_pages import Connection, Error
from indexer.document_store import DocumentStore
from indexer.embedding_store import EmbeddingStore
from indexer.errors import IndexUnusable, IndexUnwritable, KbError
from indexer.glossary_store import GlossaryStore
from indexer.index_consistency import disagreements
from indexer.lexical_index import LexicalIndex
from indexer.message import NOTHING, Message, say
from indexer.model import EncoderId
from indexer.private_folder import check_no_links, make_file
from indexer.succession_store import SuccessionStore

if TYPE_CHECKING:
    from indexer.vector_store import FaissVectorStore

FOLDER = ".kb"
DATABASE = "index.db"
WRITER_LOCK = "lock"
WATCHER_LOCK = "watch.lock"


class Index:
    """One wiki's index below ``<root>/.kb``. A context manager; close it."""

    def __init__(
        self,
        folder: Path,
        connection: Connection,
        *,
        writes: bool = False,
        replaced: Message = NOTHING,
    ) -> None:
        self._folder = folder
        self._connection = connection
        self._writes = writes
        self.documents = DocumentStore(connection)
        self.words = LexicalIndex(connection)
        self.glossary = GlossaryStore(connection)
        self.embeddings = EmbeddingStore(connection)
        self.succession = SuccessionStore(connection)
        self._opened = self._identity()
        self.replaced = replaced
        """Why the index that was here had to be thrown away; empty if it was not."""

    @classmethod
    def open_to_read(cls, root: Path) -> Index:
        """As of one moment, whatever is written meanwhile, until ``release``.

        Raises IndexMissing or IndexUnusable: nothing is answered from such a file.
        """
        folder = root / FOLDER
        check_no_links(folder)
        connection = database.open_existing(folder / DATABASE)
        connection.execute("BEGIN")
        return cls(folder, connection)

    @classmethod
    def open_to_write(
        cls, root: Path, *, verify: bool, wait_seconds: float = database.BUSY_SECONDS
    ) -> Index:
        """A file that cannot be used is replaced by an empty one; IndexUnwritable if none can be.

        ``verify`` reads the whole file for damage first. IndexBusy if another program holds it for
        longer than ``wait_seconds``.
        """
        folder = root / FOLDER
        check_no_links(folder)
        replaced = NOTHING
        try:
            connection = database.create(folder / DATABASE, wait_seconds)
            if verify:
                database.verify(connection, folder / DATABASE)
        except IndexUnusable as error:
            replaced = error.message
            connection = _made_anew(folder / DATABASE)
        ignore_in_git(folder)
        return cls(folder, connection, writes=True, replaced=replaced)

    @classmethod
    def discard(cls, root: Path) -> None:
        """Throw it away: all of it can be made again. Raises IndexUnwritable."""
        database.discard(root / FOLDER / DATABASE)

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        database.close(self._connection, wrote=self._writes)

    def is_current(self) -> bool:
        """Whether the file is still the one that was opened, in the generation it had then.

        What is read from now on is as of this moment, until ``release``.
        """
        self.release()
        with self.guarded():
            self._connection.execute("BEGIN")
        return self._opened == self._identity()

    def release(self) -> None:
        """Let go of the moment that was read, so that the file need not keep what was then."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def _identity(self) -> tuple[int, int]:
        """Number of the file on its disk, and generation."""
        with self.guarded():
            generation = self.documents.state().generation
        try:
            return (self._folder / DATABASE).stat().st_ino, generation
        except OSError:
            return 0, generation

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """One write transaction over documents, words and vectors."""
        with self.guarded(), database.transaction(self._connection):
            yield

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """SQLite's errors in the block become ours."""
        with database.translated(self._folder / DATABASE):
            yield

    def faults(self) -> Iterator[Message]:
        """What is wrong with the database, all of it read. Raises IndexUnusable where it is so
        damaged that nothing more can be told.
        """
        with self.guarded():
            for fault in database.all_faults(self._connection):
                yield say("{file} is damaged: {reason}", file=f"{FOLDER}/{DATABASE}", reason=fault)
            yield from disagreements(self._connection, glossary.PATH)

    def vector_faults(self) -> Iterator[Message]:
        """What is wrong with the vectors in the database. Raises IndexUnusable."""
        from indexer.index_vectors import IndexVectors

        with self.guarded():
            yield from IndexVectors(self._folder, self.documents, self.embeddings).row_faults()

    def vector_file_faults(self) -> dict[Path, Message]:
        """What is wrong with the FAISS files, by file. Raises IndexUnusable."""
        from indexer.index_vectors import IndexVectors

        with self.guarded():
            return IndexVectors(self._folder, self.documents, self.embeddings).file_faults()

    def vectors(self) -> dict[EncoderId, FaissVectorStore]:
        """The FAISS indexes of the present generation, from their files or from SQLite."""
        from indexer.index_vectors import IndexVectors

        return IndexVectors(self._folder, self.documents, self.embeddings).load()

    def write_vectors(self) -> None:
        """Bring the FAISS files to the present generation, if they are not."""
        from indexer.index_vectors import IndexVectors

        try:
            IndexVectors(self._folder, self.documents, self.embeddings).write()
        except OSError as error:
            path = error.filename or self._folder
            raise IndexUnwritable(
                say("{path}: {error}", path=path, error=error.strerror or error),
                say("check the permissions of the folder and the space on its disk"),
            ) from error


def _made_anew(file: Path) -> Connection:
    """An empty database in place of one that cannot be used, but for what was embedded once.

    Whatever can be read of that is as it was written, for every page tells.
    """
    aside = database.set_aside(file)
    connection = database.create(file)
    with (
        contextlib.suppress(KbError, Error),  # so be it: it is embedded again
        contextlib.closing(database.open_existing(aside)) as old,
    ):
        for rows in EmbeddingStore(old).readable():
            with database.transaction(connection):
                EmbeddingStore(connection).take(rows)
    database.discard(aside)
    return connection


@contextlib.contextmanager
def locked(root: Path, name: str, wait_seconds: float = 0) -> Iterator[bool]:
    """Hold one of a wiki's locks; yields False if another process did not let go of it in time.

    The lock ends with its process. Raises IndexUnwritable where none can be made.
    """
    import filelock

    folder = root / FOLDER
    check_no_links(folder)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = filelock.FileLock(folder / name, timeout=wait_seconds, mode=0o600)
        lock.acquire()
    except filelock.Timeout:
        yield False
        return
    except OSError as error:
        raise IndexUnwritable(
            say("{path}: {error}", path=folder, error=error.strerror or error),
            say("check the permissions of the folder and the space on its disk"),
        ) from error
    try:
        yield True
    finally:
        lock.release()


def ignore_in_git(folder: Path) -> None:
    """The index is derived and never belongs in the history."""
    with contextlib.suppress(OSError):
        marker = folder / ".gitignore"
        if not marker.exists():
            make_file(marker)
            marker.write_text("*\n", encoding="utf-8")
