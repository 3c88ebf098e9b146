"""The law of the index: after any edits it is what one made from scratch would be.

And its economy: what was embedded is not embedded again, whatever happens to the files between.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from indexer import embedding_store, indexing
from indexer.exchange import Mode
from tests.conftest import write_document
from tests.fake_embedder import FakeEmbedder, Interrupted
from tests.opened import MAX_FILE_BYTES, Opened

PATHS = (
    "a.md",
    "index.md",
    "retros/2026-03-20-launch.md",
    "retros/b.md",
    "sops/回滚.md",
    "sops/deep/er/c.MARKDOWN",
)
CONTENTS = (
    "",
    "# Launch delay\n\nThe wallet provider had no date.\n",
    "# Launch delay\n\nThe wallet provider had no date!\n",  # as long as the one before
    """---
title: Rollback
type: sop
tags: [release, 回滚]
owner: Ann, Bo
date: 2026-03-20
---
# Steps

Rehearse the way back.

## After

Write it down.
""",
    "---\ntitle: [broken\n---\n# Broken front matter\n\ncertificate expired\n",
    "# 上线延期\n\n外部依赖没有日期。\n\n## English\n\nThe dependency had no date.\n",
    "# Long\n\n" + "\n\n".join(f"Paragraph {n} tells of incident number {n}." for n in range(30)),
    "# Long\n\n"
    + "\n\n".join(f"Paragraph {n} tells of incident number {n}." for n in range(9, 30)),
    "# Same text\n\nrollback rollback rollback\n",
    "# Table\n\n| service | owner |\n|---|---|\n| checkout | Ann |\n\n```\nHTTP_TIMEOUT = 3\n```\n",
    "x" * (MAX_FILE_BYTES + 1),
    "no heading at all, release at 09:40\r\nsecond line\r\n",
)
QUERIES = ("launch delay", "rollback", "上线", "incident number 12", "certificate owner")


class IndexMachine(RuleBasedStateMachine):
    """Files change at random; every run of the index is checked against one from scratch."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kb-law-"))
        self.wiki = Opened(self.folder)
        self.clock = 10**18
        (self.folder / "kb").mkdir()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def _file(self, path: str) -> Path:
        file = self.folder / "kb" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def _stamp(self, file: Path, backwards: bool = False) -> None:
        """A new time for every write: the clock of a file system is coarser than these tests."""
        self.clock += 10**9
        when = 10**18 - self.clock // 10 if backwards else self.clock
        os.utime(file, ns=(when, when))

    @initialize()
    def first_run(self) -> None:
        self.write(PATHS[2], CONTENTS[1], backwards=False)
        self.index()

    @rule(path=st.sampled_from(PATHS), content=st.sampled_from(CONTENTS), backwards=st.booleans())
    def write(self, path: str, content: str, backwards: bool) -> None:
        """Create or edit; an older time is a change too, as after a checkout."""
        file = self._file(path)
        file.write_text(content, encoding="utf-8", newline="")
        self._stamp(file, backwards)

    @rule(old=st.sampled_from(PATHS), new=st.sampled_from(PATHS))
    def move(self, old: str, new: str) -> None:
        if self._file(old).exists():
            self._file(old).replace(self._file(new))

    @rule(path=st.sampled_from(PATHS))
    def delete(self, path: str) -> None:
        self._file(path).unlink(missing_ok=True)

    @rule(path=st.sampled_from(PATHS))
    def touch(self, path: str) -> None:
        if self._file(path).exists():
            self._stamp(self._file(path))

    @precondition(lambda self: (self.folder / ".kb" / "index.db").exists())
    @rule()
    def interrupted(self) -> None:
        """The old index answers on, and what was embedded until then is kept."""
        before = self.wiki.dump()
        self.wiki.embedder.fail_after = len(self.wiki.embedder.embedded) + 3
        try:
            self.wiki.run()
        except Interrupted:
            assert self.wiki.dump() == before
        finally:
            self.wiki.embedder.fail_after = None

    @rule()
    def index(self) -> None:
        count = len(self.wiki.embedder.embedded)
        report = self.wiki.run()
        embedded = self.wiki.embedder.embedded
        assert report.embedded == len(embedded) - count
        assert len(set(embedded)) == len(embedded), "a text was embedded twice"
        self._compare_with_scratch()
        again = self.wiki.run()
        assert (again.added, again.changed, again.removed) == ((), (), ())
        assert again.embedded == 0
        assert again.generation == report.generation

    def _compare_with_scratch(self) -> None:
        place = self.folder / "scratch"
        place.mkdir()
        scratch = Opened(self.folder, place=place)
        scratch.run()
        mine, fresh = self.wiki.dump(), scratch.dump()
        if not fresh["documents"]:
            mine["meta"] = []  # an index that is empty from the start names no model
        for name, rows in fresh.items():
            assert mine[name] == rows, name
        assert mine["unused_vectors"] == [(0,)]
        for query in QUERIES:
            assert self._answers(self.wiki, query) == self._answers(scratch, query), query
        shutil.rmtree(place)

    def _answers(self, wiki: Opened, query: str) -> list[tuple[float, str, str]]:
        """Hits of equal score may stand in any order: it is that of their arrival."""
        hits = wiki.search(query, limit=20).hits
        return sorted((-round(hit.score, 4), hit.document.path, hit.passage) for hit in hits)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a run of these small wikis can be interrupted in its middle."""
    monkeypatch.setattr(indexing, "_EMBED_BATCH", 2)


TestIndexLaws = IndexMachine.TestCase
TestIndexLaws.settings = settings(max_examples=25, stateful_step_count=12)


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    (tmp_path / "kb").mkdir()
    return Opened(tmp_path)


def _write(wiki: Opened, path: str, content: str) -> Path:
    file = wiki.root / "kb" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return file


def test_a_second_run_embeds_nothing_and_writes_nothing(opened: Opened) -> None:
    for n, content in enumerate(CONTENTS[:9]):
        _write(opened, f"{n}.md", content)
    first = opened.run()
    assert (len(first.added), first.embedded > 5, first.generation) == (9, True, 1)
    file = opened.root / ".kb" / "vectors-0.faiss"
    before = file.stat().st_mtime_ns, file.stat().st_ino
    second = opened.run()
    assert (second.unchanged, second.embedded, second.generation) == (9, 0, 1)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_moving_a_file_embeds_nothing(opened: Opened) -> None:
    file = _write(opened, "a.md", CONTENTS[3])
    opened.run()
    file.rename(opened.root / "kb" / "b.md")
    report = opened.run()
    assert (report.added, report.removed, report.embedded) == (("b.md",), ("a.md",), 0)
    assert opened.paths("rehearse", mode=Mode.LEXICAL) == ["b.md"]


@pytest.mark.parametrize("other", [CONTENTS[7], CONTENTS[1], CONTENTS[0], CONTENTS[5]])
def test_another_version_and_back_embeds_nothing(opened: Opened, other: str) -> None:
    """A branch and back: what is not used now is kept, also where little is used."""
    file = _write(opened, "a.md", CONTENTS[6])
    opened.run()
    file.write_text(other, encoding="utf-8")
    assert opened.run().changed == ("a.md",)
    file.write_text(CONTENTS[6], encoding="utf-8")
    back = opened.run()
    assert (back.changed, back.embedded) == (("a.md",), 0)


def test_unused_vectors_are_forgotten_in_the_end(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_store, "_SPARE_AT_LEAST", 3)
    file = _write(opened, "a.md", CONTENTS[6])
    opened.run()
    file.write_text(CONTENTS[1], encoding="utf-8")
    opened.run()
    with opened.reading() as index:
        rows = list(index.embeddings.of_chunks(opened.embedder.fingerprint))
    assert len(rows) == 1
    file.write_text(CONTENTS[6], encoding="utf-8")
    assert opened.run().embedded == 5


def test_an_edited_paragraph_embeds_its_chunk_alone(opened: Opened) -> None:
    file = _write(opened, "a.md", CONTENTS[3])
    opened.run()
    file.write_text(CONTENTS[3].replace("Write it down", "Tell the team"), encoding="utf-8")
    assert opened.run().embedded == 1
    assert opened.embedder.embedded[-1].split() == [
        "Rollback",
        ">",
        "Steps",
        ">",
        "After",
        "Tell",
        "the",
        "team.",
    ]


def test_a_deleted_file_vanishes(opened: Opened) -> None:
    _write(opened, "a.md", CONTENTS[1])
    gone = _write(opened, "b.md", CONTENTS[3])
    opened.run()
    assert opened.paths("rehearse", mode=Mode.LEXICAL) == ["b.md"]
    gone.unlink()
    report = opened.run()
    assert report.removed == ("b.md",)
    assert "b.md" not in repr(opened.dump())
    assert opened.paths("rehearse the way back", mode=Mode.SEMANTIC) == ["a.md"]


def test_a_touched_file_is_neither_embedded_nor_another_generation(opened: Opened) -> None:
    file = _write(opened, "a.md", CONTENTS[3])
    opened.run()
    os.utime(file, ns=(1, 1))
    report = opened.run()
    assert (report.changed, report.unchanged, report.embedded, report.generation) == ((), 1, 0, 1)
    with opened.reading() as index:
        assert index.documents.known_files()["a.md"].stamp.mtime_ns == 1


def test_an_interrupted_run_goes_on_where_it_stopped(opened: Opened) -> None:
    _write(opened, "old.md", CONTENTS[1])
    opened.run()
    _write(opened, "long.md", CONTENTS[6])
    _write(opened, "new.md", CONTENTS[3])
    before = opened.dump()
    opened.embedder.fail_after = len(opened.embedder.embedded) + 4
    with pytest.raises(Interrupted):
        opened.run()
    assert opened.dump() == before
    assert opened.paths("wallet provider") == ["old.md"]
    made = set(opened.embedder.embedded)
    assert len(made) == 1 + 4
    opened.embedder.fail_after = None
    report = opened.run()
    assert report.added == ("long.md", "new.md")
    assert len(opened.embedder.embedded) == len(set(opened.embedder.embedded))
    assert report.embedded == len(opened.embedder.embedded) - len(made)


def test_force_embeds_everything_and_changes_nothing(opened: Opened) -> None:
    for n, content in enumerate(CONTENTS[:9]):
        _write(opened, f"{n}.md", content)
    first = opened.run()
    before = opened.dump()
    forced = opened.run(force=True)
    assert (forced.embedded, len(forced.changed)) == (first.embedded, 9)
    assert opened.dump() == before


def test_another_model_embeds_everything_and_forgets_the_old(opened: Opened) -> None:
    for n, content in enumerate(CONTENTS[:9]):
        _write(opened, f"{n}.md", content)
    first = opened.run()
    other = Opened(opened.root, FakeEmbedder("other", dimension=16))
    report = other.run()
    assert report.embedded == first.embedded
    with other.reading() as index:
        assert index.documents.state().fingerprint == "other-16"
        assert {len(row) for _, row in index.embeddings.of_chunks("other-16")} == {64}
        assert list(index.embeddings.of_chunks(opened.embedder.fingerprint)) == []
    words = Opened(opened.root, semantic=False)
    words.run()
    with words.reading() as index:
        state = index.documents.state()
        assert (state.fingerprint, state.model) == ("", "")
        assert index.documents.counts().vectors == 0
        assert len(index.vectors()) == 0


def test_what_happens_to_files_while_they_are_embedded_is_in_the_index(tmp_path: Path) -> None:
    """The embedding of the first reading is when they are changed, deleted and touched."""
    opened = Opened(tmp_path)
    for name in ("changed", "deleted", "touched", "left"):
        write_document(tmp_path, f"{name}.md", f"# {name}\n\nThe first text of {name}.\n")
    happened: list[str] = []

    def meddle(stage: str, done: int, total: int) -> None:
        if stage == "embed" and done == total and not happened:
            happened.append(stage)
            write_document(tmp_path, "changed.md", "# changed\n\nAnother text, a longer one.\n")
            write_document(tmp_path, "touched.md", "# touched\n\nThe first text of touched.\n")
            os.utime(tmp_path / "kb" / "touched.md", ns=(1, 1))
            (tmp_path / "kb" / "deleted.md").unlink()

    report = opened.run(progress=meddle)
    assert happened
    assert set(report.added) == {"changed.md", "touched.md", "left.md"}
    assert opened.paths("another longer text", mode=Mode.LEXICAL)[0] == "changed.md"
    after = opened.run()
    assert (after.added, after.changed, after.removed, after.embedded) == ((), (), (), 0)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    scratch = Opened(tmp_path, place=elsewhere)
    scratch.run()
    for table, rows in scratch.dump().items():
        assert opened.dump()[table] == rows, table
