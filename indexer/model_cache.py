"""The cache folder of prepared models: one folder each, put in place whole and taken out whole.

What is made or thrown away lies in a temporary folder beside them; renaming is all that happens in
sight of a search. One process prepares at a time, under a lock that ends with it, so whatever lies
in a temporary folder while nobody holds the lock was left by a run that broke off. It touches
nothing that kb did not make and prepares nothing itself.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer import private_folder
from indexer.embedders.prepared_folder import (
    GRAPH,
    MANIFEST,
    ORIGINAL,
    TOKENIZER,
    WEIGHTS,
    Manifest,
)
from indexer.errors import ModelUnavailable
from indexer.message import Message, say

_LOCK = "preparing.lock"
_TEMPORARY = ".preparing-"
_PLACE = re.compile(r"[\w.-]+-[0-9a-f]{12}")
_FILES = frozenset({MANIFEST, GRAPH, WEIGHTS, TOKENIZER, ORIGINAL})


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """One prepared folder of the cache."""

    manifest: Manifest
    folder: Path
    bytes: int


class ModelCache:
    """The folder ``<cache>/models``; it need not be there yet."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self.folder = cache / "models"

    def models(self) -> list[PreparedModel]:
        """What is prepared, by name; folders that are no prepared model are passed over."""
        found = []
        for file in self.folder.glob(f"[!.]*/{MANIFEST}"):
            try:
                manifest = Manifest.load(file.parent)
            except ModelUnavailable:
                continue
            found.append(PreparedModel(manifest, file.parent, size(file.parent)))
        return sorted(found, key=lambda model: (model.manifest.model, model.folder))

    def leftovers(self) -> list[Path]:
        """What no search can use: half-made folders of runs that broke off, and folders of other
        versions of kb. What is being prepared now is not among them.
        """
        if not self.folder.is_dir():
            return []
        whole = {model.folder for model in self.models()}
        found = [f for f in self._folders() if f not in whole and _is_ours(f)]
        with contextlib.suppress(ModelUnavailable), self._lock(wait=False) as mine:
            if mine:
                found += self._temporary()
        return found

    @contextlib.contextmanager
    def preparing(self, notice: Callable[[Message], None]) -> Iterator[Path]:
        """A temporary folder, alone; taken away at the end with all that broken runs left.

        Waits for another process that prepares, and tells ``notice`` so. Raises ModelUnavailable
        if the cache cannot be written.
        """
        self.check_writable()
        with contextlib.ExitStack() as held:
            if not held.enter_context(self._lock(wait=False)):
                notice(say("another process is preparing a model: waiting for it"))
                held.enter_context(self._lock(wait=True))
            for leftover in self._temporary():
                shutil.rmtree(leftover, ignore_errors=True)
            yield held.enter_context(self._aside())

    def check_writable(self) -> None:
        """Raises ModelUnavailable if nothing can be prepared here."""
        try:
            private_folder.make(self.folder)
            private_folder.make(self._cache)
            tempfile.TemporaryFile(dir=self.folder).close()
        except OSError as error:
            raise self.unwritable(error) from error

    def unwritable(self, error: OSError) -> ModelUnavailable:
        """An error of writing below this folder, with its remedy."""
        return ModelUnavailable(
            say(
                "the model cannot be prepared in {folder}: {error}",
                folder=self.folder,
                error=error.strerror or error,
            ),
            say(
                "check the space on the disk and the permissions, or set KB_CACHE_DIR to another"
                " folder; kb model use none searches by words only"
            ),
        )

    def put(self, temporary: Path, place: Path) -> None:
        """Make the folder ``temporary`` the one at ``place``. Raises OSError; what was at
        ``place`` is there then.
        """
        with self._aside() as aside:
            old = aside / place.name
            with contextlib.suppress(FileNotFoundError):
                place.rename(old)
            try:
                temporary.rename(place)
            except OSError:
                if old.exists():
                    old.rename(place)
                raise

    def remove(self, folder: Path) -> int:
        """Take a folder out of the cache; the bytes it held. Raises ModelUnavailable."""
        held = size(folder)
        try:
            with self._aside() as aside:
                folder.rename(aside / folder.name)
        except OSError as error:
            raise ModelUnavailable(
                say(
                    "{folder} cannot be removed: {error}",
                    folder=folder,
                    error=error.strerror or error,
                ),
                say("check its permissions, and that no other process uses it"),
            ) from error
        return held

    @contextlib.contextmanager
    def _aside(self) -> Iterator[Path]:
        """A folder whose content is deleted after the block."""
        aside = Path(tempfile.mkdtemp(dir=self.folder, prefix=_TEMPORARY))
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    @contextlib.contextmanager
    def _lock(self, *, wait: bool) -> Iterator[bool]:
        """Whether this process alone prepares now. The system frees the lock of a dead one."""
        import filelock

        try:
            lock = filelock.FileLock(self._cache / _LOCK, timeout=-1 if wait else 0, mode=0o600)
            lock.acquire()
        except filelock.Timeout:
            yield False
            return
        except OSError as error:
            raise self.unwritable(error) from error
        try:
            yield True
        finally:
            lock.release()

    def _folders(self) -> Iterator[Path]:
        return (folder for folder in self.folder.glob("[!.]*") if folder.is_dir())

    def _temporary(self) -> list[Path]:
        return [folder for folder in self.folder.glob(f"{_TEMPORARY}*") if folder.is_dir()]


def size(folder: Path) -> int:
    """Bytes of all files below the folder; those that vanish meanwhile count nothing."""
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += file.lstat().st_size if file.is_file() else 0
    return total


def _is_ours(folder: Path) -> bool:
    """Whether kb made it: by its name, and nothing else lies in it."""
    return bool(_PLACE.fullmatch(folder.name)) and {f.name for f in folder.iterdir()} <= _FILES
