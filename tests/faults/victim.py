"""A small wiki that faults happen to: what it answers, what its index holds, and how it is mended.

It holds the documents of the starter and is indexed with the real model, in this process, so that
hundreds of faults take a minute; ``command`` runs the real command.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs

from indexer.app import Wiki
from indexer.errors import KbError
from indexer.exchange import Filters, Mode, Request
from indexer.model import IndexReport
from indexer.models import ModelCabinet
from tests.opened import rows_of

CONTENT = Path(__file__).parents[2] / "kb"
FOLDERS = ("decisions", "lessons", "retros", "risks", "sops")
COMMAND_SECONDS = 240.0

QUERIES = (
    *map(Request, ("launch delay", "expired certificate outage", "database migration rollback")),
    *map(Request, ("on-call burn-out", "what if the vendor stops answering", "who decides")),
    *map(Request, ("上线延期", "短信通道 故障", "需求变更", "大家都在等别人", "灰度发布")),
    *map(
        Request, ("launhc delay", "certifcate", '"wallet provider"', "「负责人」", "launch -wallet")
    ),
    Request("reconcile the numbers", mode=Mode.SEMANTIC),
    Request("rollback", mode=Mode.LEXICAL),
    Request("release", filters=Filters(types=("sop",))),
    Request("故障", filters=Filters(tags=("短信",)), limit=3),
)
"""By words, by meaning, in both languages, misspelt, quoted, excluded and filtered."""

_MAY_DIFFER = 4  # two documents on either side

Answered = tuple[Any, ...] | KbError


class Victim:
    """One wiki on a disk that is not always kind to it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def index_folder(self) -> Path:
        return self.root / ".kb"

    @property
    def database(self) -> Path:
        return self.index_folder / "index.db"

    def wiki(self) -> Wiki:
        return Wiki(self.root, cache_folder(), _cabinet())

    def index(self) -> tuple[IndexReport, list[str]]:
        """Bring the index up to the files; the report, and what a person was told."""
        told: list[str] = []
        return self.wiki().index(notice=told.append), told

    def answers(self, queries: Sequence[Request] = QUERIES) -> list[Answered]:
        """What each query finds, all of it; or the error that a person would see."""
        return [self.answer(query) for query in queries]

    def answer(self, query: Request) -> Answered:
        try:
            response = self.wiki().search(query)
        except KbError as error:
            return error
        # Ids differ between indexes of the same files; everything else is the answer.
        hits = [
            hit._replace(
                document=hit.document._replace(id=0), chunk=hit.chunk._replace(id=0, document=0)
            )
            for hit in response.answer.hits
        ]
        return (hits, *response.answer[1:], response.hindrance)

    def found(self, typed: str) -> list[str]:
        """The paths that a search finds, best first."""
        response = self.wiki().search(Request(typed))
        return [hit.document.path for hit in response.answer.hits]

    def holds(self) -> dict[str, list[Any]]:
        """Everything in the database but ids, times and the digits of vectors."""
        return rows_of(self.database)

    def command(
        self, *arguments: str, before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """The real command, with what is put before it."""
        run = self.started(*arguments, before=before)
        output, errors = run.communicate(timeout=COMMAND_SECONDS)
        return subprocess.CompletedProcess(arguments, run.returncode, output, errors)

    def started(self, *arguments: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
        """The same, while it runs."""
        program = [sys.executable, "-c", "from indexer.cli.main import run; run()"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
        return subprocess.Popen(
            [*before, *program, *arguments],
            cwd=self.root,
            env={**kept, "KB_CACHE_DIR": str(cache_folder()), "LANGUAGE": "", "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def keep(self) -> dict[str, bytes]:
        """The index as it lies on the disk."""
        return {file.name: file.read_bytes() for file in self.index_folder.iterdir()}

    def put_back(self, kept: Mapping[str, bytes]) -> None:
        """The index as it was."""
        for file in self.index_folder.iterdir():
            file.unlink()
        for name, content in kept.items():
            (self.index_folder / name).write_bytes(content)


def alike(answers: Sequence[Answered], others: Sequence[Answered]) -> bool:
    """Whether answers are the same but for what embedding a few texts anew changes.

    A text's vector depends a little on the texts it was embedded with (the manual, Index format).
    The best hit and eight of ten stay.
    """
    for answer, other in zip(answers, others, strict=True):
        if isinstance(answer, KbError) or isinstance(other, KbError):
            return False
        mine, theirs = ([hit.document.path for hit in found[0]] for found in (answer, other))
        if mine[:1] != theirs[:1] or len(set(mine) ^ set(theirs)) > _MAY_DIFFER:
            return False
    return True


def went_wrong(done: subprocess.CompletedProcess[str], expected: Collection[int]) -> bool:
    """Whether a command ended otherwise, or told of an error: ours, or one that nobody caught."""
    return done.returncode not in expected or any(w in done.stderr for w in ("error:", "Traceback"))


def cache_folder() -> Path:
    """Where the model is prepared: ``KB_TEST_CACHE_DIR``, or the user's own cache."""
    named = os.environ.get("KB_TEST_CACHE_DIR")
    return Path(named).absolute() if named else Path(platformdirs.user_cache_path("kb", False))


@functools.cache
def _cabinet() -> ModelCabinet:
    """One for all wikis, so that the model is loaded once."""
    return ModelCabinet(cache_folder(), CONTENT.parent)


@contextlib.contextmanager
def victim(*, indexed: bool = True, below: Path | None = None) -> Iterator[Victim]:
    """A wiki in a folder of its own, ``below`` the given one, deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kb-fault-", dir=below))
    try:
        for name in FOLDERS:
            shutil.copytree(CONTENT / name, folder / "kb" / name)
        shutil.copy(CONTENT / "glossary.md", folder / "kb")
        made = Victim(folder)
        if indexed:
            made.index()
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
