"""Where the benchmarks work: wikis in a temporary folder, the command, its environment.

What a person names is only read; what changes is a copy. Each wiki is made when it is first asked
for. It measures nothing but the one run of ``kb index`` that fills a wiki from empty.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.benchmarks.chunks import write_sample, write_tutorial_index
from tests.benchmarks.generated import write_documents
from tests.benchmarks.limits import Limits, probe
from tests.benchmarks.outcome import Json, Skipped
from tests.benchmarks.processes import Command, Run, aside, run

ROOT = Path(__file__).parents[2]

MANY = 10_000
"""Documents of the generated wiki."""
SAMPLE = 1500
"""Chunks that are embedded to measure a rate."""

_FOREIGN = ("KB_", "LANG", "LC_", "NO_COLOR", "FORCE_COLOR", "HF_", "COLUMNS", "PYTHON")


@dataclass(frozen=True, slots=True)
class Given:
    """What the person gave on the command line."""

    cache: Path
    corpus: Path | None = None
    wiki: Path | None = None
    queries: Path | None = None
    qrels: Path | None = None
    rows: tuple[int, ...] = ()


class Workplace:
    """The places and commands of one run of the suite."""

    def __init__(self, folder: Path, given: Given) -> None:
        """``folder`` is empty and is thrown away by the caller afterwards."""
        self.folder = folder
        self.given = given

    # Commands

    @cached_property
    def environment(self) -> dict[str, str]:
        """Of the processes: this repository's kb, English, no network."""
        kept = {n: value for n, value in os.environ.items() if not n.startswith(_FOREIGN)}
        return kept | {
            "KB_CACHE_DIR": str(self.given.cache),
            "KB_LANG": "en",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }

    def kb(self, root: Path, *words: str) -> Command:
        """``kb WORDS`` in a wiki. That nothing relevant was found, or that a document has errors,
        is no failure.
        """
        # Not the environment's script: that may start the kb of another checkout.
        program = [sys.executable, "-c", "from indexer.cli.main import run; run()"]
        return Command([*program, *words], root, self.environment, good=frozenset({0, 1}))

    def python(self, folder: Path, *words: str | Path) -> Command:
        """The same Python with other arguments."""
        return Command([sys.executable, *map(str, words)], folder, self.environment)

    # Wikis

    @cached_property
    def content(self) -> Path:
        """The corpus that was given. Raises Skipped if none was."""
        if self.given.corpus:
            return self.given.corpus
        if self.given.wiki:
            return self.given.wiki / "kb"
        raise Skipped("no corpus: give --corpus DIR, a folder of Markdown files, or --wiki DIR")

    @property
    def corpus_size(self) -> Json:
        """How much the corpus is. Raises Skipped if there is none."""
        sizes = [f.stat().st_size for f in self.content.rglob("*.md") if f.is_file()]
        return {"documents": len(sizes), "megabytes": round(sum(sizes) / 1e6, 1)}

    @cached_property
    def from_empty(self) -> tuple[Path, Run]:
        """A wiki of the corpus, and the run of ``kb index`` that filled it."""
        root = self.folder / "from-empty"
        shutil.copytree(self.content, root / "kb", symlinks=True)
        run(self._preparation)  # the model is prepared once a machine, not once a wiki
        return root, run(self.kb(root, "index", "--quiet"))

    @cached_property
    def wiki(self) -> Path:
        """A copy of the indexed wiki that was given, or one that is made of the corpus."""
        if self.given.wiki is None:
            return self.from_empty[0]
        root = self.folder / "wiki"
        for part in ("kb", ".kb"):
            if (self.given.wiki / part).is_dir():
                shutil.copytree(self.given.wiki / part, root / part, symlinks=True)
        run(self.kb(root, "index", "--quiet"))
        return root

    @cached_property
    def many(self) -> Path:
        """An indexed wiki of ``MANY`` generated documents."""
        root = self.folder / "many"
        write_documents(root / "kb", MANY)
        run(self.kb(root, "index", "--quiet"))
        return root

    @cached_property
    def words_only(self) -> Path:
        """A wiki without a model: of the corpus, or else of some generated documents."""
        root = self.folder / "words-only"
        try:
            shutil.copytree(self.content, root / "kb", symlinks=True)
        except Skipped:
            write_documents(root / "kb", 1500)
        settings = root / "site_config" / "kb.toml"
        settings.parent.mkdir()
        settings.write_text('[model]\nname = "none"\n', encoding="utf-8")
        run(self.kb(root, "index", "--quiet"))
        return root

    @property
    def _preparation(self) -> Command:
        root = self.folder / "preparation"
        write_documents(root / "kb", 1)
        return self.kb(root, "index", "--quiet")

    @cached_property
    def some(self) -> Path:
        """A wiki, not indexed, of every fifth document of the corpus."""
        root = self.folder / "some"
        files = sorted(file for file in self.content.rglob("*.md") if file.is_file())
        for file in files[::5]:
            target = root / "kb" / file.relative_to(self.content)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        return root

    # The machine

    @cached_property
    def limits(self) -> Limits:
        """What it can do at best."""
        return aside(probe, self.folder)

    @cached_property
    def start_seconds(self) -> float:
        """Until the first statement of a Python that looks for no packages."""
        program = "import time; print(time.monotonic())"
        bare = self.python(self.folder, "-I", "-S", "-c", program)
        done = [run(bare) for _ in range(10)]
        return min(float(one.output) - one.started for one in done)

    # Baselines

    @cached_property
    def model_folder(self) -> Path:
        """The own files of the default model, which the tutorial loads."""
        return aside(_model_folder)

    @cached_property
    def sample(self) -> tuple[Path, Json]:
        """A JSON file of texts to embed, and how many tokens each has."""
        target = self.folder / "sample.json"
        return target, aside(write_sample, self.wiki, self.given.cache, SAMPLE, target)

    @cached_property
    def tutorial(self) -> tuple[Path, Path]:
        """The tutorial's FAISS file and its chunks."""
        files = self.folder / "tutorial.faiss", self.folder / "tutorial.json"
        aside(write_tutorial_index, self.wiki, self.given.cache, *files)
        return files

    @property
    def judged(self) -> tuple[Path, Path]:
        """Queries and judgements. Raises Skipped if they were not given."""
        if not self.given.queries or not self.given.qrels:
            raise Skipped("no judged queries: give --queries FILE and --qrels FILE")
        return self.given.queries, self.given.qrels


@contextmanager
def workplace(given: Given) -> Iterator[Workplace]:
    """A workplace in a temporary folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kb-benchmarks-") as folder:
        yield Workplace(Path(folder), given)


def _model_folder() -> Path:
    """Runs aside: finding it reads the weights."""
    from indexer.embedders.bundled import bundled

    return bundled()


def a_document(root: Path) -> Path:
    """One of middling size."""
    files = [file for file in (root / "kb").rglob("*.md") if file.is_file()]
    return sorted(files, key=lambda file: (file.stat().st_size, file))[len(files) // 2]
