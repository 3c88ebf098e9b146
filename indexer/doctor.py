"""What is wrong with a wiki's index and all that it rests on, and what to do; ``mend`` does it.

Files, database, words, vectors and vector files are compared with each other; so are permissions,
files left behind, model and room on the disk. Mending remakes what is derived and looks again: it
never touches a Markdown file or the settings. It prints nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from indexer import premises
from indexer.app import Wiki
from indexer.errors import IndexUnusable, IndexUnwritable, ModelUnavailable
from indexer.index import DATABASE, FOLDER, Index
from indexer.message import Message, say
from indexer.model import FileStamp, IndexCounts, Progress, Severity, no_progress
from indexer.open_wiki import KnownFiles
from indexer.settings import NO_MODEL
from indexer.warm import place

_ROOM_FACTOR = 2
"""Times the size of the index: as much as making it anew may take beside it."""


class Code(StrEnum):
    """What kind of thing is wrong."""

    INDEX = "index"  # missing, damaged, or its parts do not agree
    VECTORS = "vectors"  # a FAISS file is not what the database says
    FILES = "files"  # the files are not those that were indexed
    UNSEEN = "unseen"  # a file changed and its size and time did not
    PROBLEMS = "problems"  # files of which a part could not be used
    MODEL = "model"
    PERMISSIONS = "permissions"
    OWNER = "owner"
    LEFT_BEHIND = "left-behind"
    ROOM = "room"


class Finding(NamedTuple):
    """Something wrong, and what to do. An error may spoil answers, a warning does not."""

    code: Code
    message: Message
    remedy: Message
    severity: Severity = Severity.ERROR
    path: Path | None = None  # what is to be mended


class Examination(NamedTuple):
    """What was found, the worst first, and how much was looked at."""

    findings: tuple[Finding, ...]
    counts: IndexCounts

    @property
    def healthy(self) -> bool:
        """Whether nothing spoils answers."""
        return not any(f.severity is Severity.ERROR for f in self.findings)


class Doctor:
    """Examines one wiki; ``cache`` is where its models and its socket are."""

    def __init__(self, wiki: Wiki, cache: Path) -> None:
        self._wiki = wiki
        self._cache = cache
        self._folder = wiki.root / FOLDER
        self._socket = place.socket_path(cache, wiki.root) if place.SUPPORTED else None

    def examine(self) -> Examination:
        """Look at everything; it takes as long as reading all files and the index does."""
        findings: list[Finding] = []
        counts = IndexCounts(0, 0, 0, 0)
        try:
            with Index.open_to_read(self._wiki.root) as index:
                with index.guarded():
                    counts = index.documents.counts()
                findings += self._of_index(index)
        except IndexUnusable as error:
            findings.append(_to_index(error.message))
        except IndexUnwritable as error:
            findings.append(Finding(Code.INDEX, error.message, error.hint))
        findings += self._of_model()
        if self._folder.is_dir():
            findings += self._of_premises()
        ordered = sorted(dict.fromkeys(findings), key=lambda f: f.severity is Severity.WARNING)
        return Examination(tuple(ordered), counts)

    # What is wrong

    def _of_index(self, index: Index) -> Iterator[Finding]:
        whole = True
        for fault in (*index.faults(), *index.vector_faults()):
            whole = False
            yield _to_index(fault)
        if not whole:
            return  # what rests on it would be found as well, and is mended with it
        for path, fault in index.vector_file_faults().items():
            remedy = say("run: kb doctor --fix; it is made again from the database")
            yield Finding(Code.VECTORS, fault, remedy, Severity.WARNING, path)
        yield from self._of_files(index)
        with index.guarded():
            problems = len(index.documents.problems())
            state = index.documents.state()
        if problems:
            message = say("{count} problems in the files", count=problems)
            yield Finding(Code.PROBLEMS, message, say("see them: kb status"), Severity.WARNING)
        wanted = "" if self._wiki.settings.model == NO_MODEL else self._wiki.settings.model
        if state.model != wanted:
            message = say(
                "the index was made with the model {old}, the settings want {new}",
                old=state.model or NO_MODEL,
                new=wanted or NO_MODEL,
            )
            yield Finding(Code.FILES, message, say("run: kb index"))

    def _of_files(self, index: Index) -> Iterator[Finding]:
        changes = KnownFiles.of(index).changes(self._wiki.source, self._wiki.settings.types)
        if changes:
            message = say(
                "{new} files are new, {changed} changed and {removed} removed since they were"
                " indexed",
                new=len(changes.new),
                changed=len(changes.altered),
                removed=len(changes.removed),
            )
            yield Finding(Code.FILES, message, say("run: kb index"), Severity.WARNING)
        with index.guarded():
            files = index.documents.known_files()
        for path, (stamp, known, _) in files.items():
            with contextlib.suppress(OSError):  # gone or unreadable: told above
                content, now = self._wiki.source.read(path)
                if now == stamp and hashlib.sha256(content).digest() != known:
                    message = say(
                        "kb/{path} has other content than was indexed, and the same size and time",
                        path=path,
                    )
                    remedy = say("save it again, or run: kb doctor --fix")
                    yield Finding(Code.UNSEEN, message, remedy, path=Path(path))

    def _of_model(self) -> Iterator[Finding]:
        name = self._wiki.settings.model
        if name == NO_MODEL:
            return
        cabinet = self._wiki.cabinet
        remedy = say("run: kb index")
        try:
            if cabinet.prepared(name) is None:
                message = say("the model {name} is not prepared here", name=name)
                yield Finding(Code.MODEL, message, remedy)
                return
        except ModelUnavailable as error:
            yield Finding(Code.MODEL, error.message, error.hint)
            return
        for model in cabinet.cache.models():
            fault = cabinet.fault(model) if cabinet.holds(name, model) else None
            if fault:
                yield Finding(Code.MODEL, fault.message, fault.hint)

    def _of_premises(self) -> Iterator[Finding]:
        places = [self._folder, self._cache, *self._model_folders()]
        if self._socket:
            places.append(self._socket.parent)
        for path, everybody in dict(premises.writable_by_others(dict.fromkeys(places))).items():
            message = say("the users of its group may change {path}", path=path)
            if everybody:
                message = say("every user may change {path}", path=path)
            severity = Severity.ERROR if everybody else Severity.WARNING
            remedy = say("run: chmod go-w {path}", path=path)
            yield Finding(Code.PERMISSIONS, message, remedy, severity, path)
        for path in premises.foreign(dict.fromkeys((self._folder, self._folder / DATABASE))):
            message = say("{path} belongs to another user", path=path)
            remedy = say("delete {folder} and run: kb index", folder=self._folder)
            yield Finding(Code.OWNER, message, remedy, Severity.WARNING)
        try:
            for path in premises.left_behind(self._wiki.root, self._socket or self._folder / "-"):
                message = say("{path} was left behind by a process that is gone", path=path)
                remedy = say("run: kb doctor --fix")
                yield Finding(Code.LEFT_BEHIND, message, remedy, Severity.WARNING, path)
        except IndexUnwritable as error:
            yield Finding(Code.PERMISSIONS, error.message, error.hint, Severity.WARNING)
        if premises.free_bytes(self._folder) < _ROOM_FACTOR * premises.size(self._folder):
            message = say("there is little room on the disk of {folder}", folder=self._folder)
            remedy = say("making the index anew may need twice its size")
            yield Finding(Code.ROOM, message, remedy, Severity.WARNING)

    def _model_folders(self) -> list[Path]:
        folder = self._wiki.cabinet.cache.folder
        if not folder.is_dir():
            return []
        return [folder, *(path for path in folder.iterdir() if path.is_dir())]

    # Mending

    def mend(
        self,
        examination: Examination,
        *,
        progress: Progress = no_progress,
        notice: Callable[[Message], None] = lambda _: None,
    ) -> None:
        """Remake what can be remade of what was found. Raises IndexUnwritable, ModelUnavailable."""
        found = examination.findings
        codes = {finding.code for finding in found}
        for finding in found:
            if finding.path and finding.code is Code.PERMISSIONS:
                with contextlib.suppress(OSError):  # then it is found again
                    premises.forbid_others(finding.path)
            if finding.path and finding.code in (Code.LEFT_BEHIND, Code.VECTORS):
                with contextlib.suppress(OSError):
                    finding.path.unlink(missing_ok=True)
        unseen = [f.path.as_posix() for f in found if f.code is Code.UNSEEN and f.path]
        if Code.MODEL in codes and self._wiki.settings.model != NO_MODEL:
            self._wiki.cabinet.prepare(
                self._wiki.settings.model, progress, anew=True, notice=notice
            )
        if codes & {Code.INDEX, Code.FILES, Code.UNSEEN, Code.VECTORS}:
            if Code.INDEX in codes:
                self._wiki.discard_index()
            if unseen:
                self._forget_stamps(unseen)
            self._wiki.index(progress=progress, notice=notice)

    def _forget_stamps(self, paths: list[str]) -> None:
        """Let these files be read by the next run, whatever their size and time."""
        with Index.open_to_write(self._wiki.root, verify=False) as index, index.transaction():
            for path in paths:
                index.documents.touch(path, FileStamp(-1, 0))


def _to_index(fault: Message) -> Finding:
    return Finding(Code.INDEX, fault, say("run: kb doctor --fix"))
