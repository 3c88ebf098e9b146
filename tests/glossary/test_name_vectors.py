"""Names of the glossary are embedded when it is indexed, so that a search need not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer import embedding_store
from indexer.document_types import built_in_folders
from indexer.embedding_space import EmbeddingSpace, Member, Model, Scale
from indexer.exchange import Answer
from indexer.glossary import PATH, Name
from indexer.index import Index
from indexer.indexing import Indexer
from indexer.name_vectors import NameVectors, translations
from indexer.query import parse_query
from indexer.searching import Searcher
from indexer.source import Source
from indexer.tokens import has_han
from tests.conftest import Kb, Wiki, write_document
from tests.fake_embedder import FakeChineseEmbedder, FakeEmbedder
from tests.searching.test_imports import loaded_modules

GLOSSARY = """\
| Term | Other names | Language |
|---|---|---|
| 上线 | launch, go live | zh |
| rollback | back-out, 回滚 | en |
"""
MORE = GLOSSARY + "| 证书 | certificate | zh |\n"


class Bilingual:
    """A wiki of two documents and two encoders; ``loaded`` names those that were needed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.general = FakeEmbedder("general")
        self.chinese = FakeChineseEmbedder("chinese")
        self.loaded: list[str] = []
        write_document(root, "launch.md", "# Launch\n\nThe launch came late.\n")
        write_document(root, "上线.md", "# 上线\n\n上线延期了。\n")

    @property
    def space(self) -> EmbeddingSpace:
        general = Member(self.general.fingerprint, lambda: self._load(self.general))
        chinese = Member(self.chinese.fingerprint, lambda: self._load(self.chinese), has_han)
        ids = (general.id, chinese.id)
        scales = {(one, other): Scale(0.2, 0.1) for one in ids for other in ids}
        return EmbeddingSpace(general, (chinese,), scales)

    def _load(self, embedder: FakeEmbedder) -> FakeEmbedder:
        self.loaded.append(embedder.fingerprint)
        return embedder

    def index(self, glossary: str = GLOSSARY, *, force: bool = False) -> list[str]:
        """Bring it up; which names were embedded."""
        before = [len(e.queries) for e in (self.general, self.chinese)]
        with Index.open_to_write(self.root, verify=True) as index:
            model = Model("fake", self.space)
            source = Source(self.root)
            indexer = Indexer(index, source, model, built_in_folders(), 20_000, glossary)
            indexer.run(force=force)
        self.loaded.clear()
        return self.general.queries[before[0] :] + self.chinese.queries[before[1] :]

    def search(self, typed: str) -> Answer:
        with Index.open_to_read(self.root) as index:
            return Searcher(index, self.space).search(parse_query(typed), refuse=False)

    def known(self) -> set[str]:
        """Names that have a vector."""
        with Index.open_to_read(self.root) as index:
            names = translations(index.glossary.names())
            return set(NameVectors(index.embeddings).of(names, self.space.encoders))

    def forget(self) -> None:
        with Index.open_to_write(self.root, verify=False) as index, index.transaction():
            index.embeddings.forget()


@pytest.fixture
def wiki_of_two(tmp_path: Path) -> Bilingual:
    return Bilingual(tmp_path)


def test_one_name_in_either_script_is_taken_of_each_row() -> None:
    names = [
        *(Name("a", 0, "上线"), Name("b", 0, "launch"), Name("c", 0, "go live")),
        *(Name("d", 1, "back-out"), Name("e", 1, "回滚"), Name("f", 1, "回退")),
        Name("g", 2, "canary"),
    ]
    assert translations(names) == ["上线", "launch", "back-out", "回滚", "canary"]


@pytest.mark.parametrize(("query", "own"), [("上线", "chinese-512"), ("launch", "general-512")])
def test_a_query_with_a_name_loads_its_own_encoder_alone(
    wiki_of_two: Bilingual, query: str, own: str
) -> None:
    wiki_of_two.index()
    answer = wiki_of_two.search(query)
    assert [e.typed for e in answer.expansions] == [query]
    assert wiki_of_two.loaded == [own]
    assert len(answer.hits) == 2


def test_what_the_index_lacks_is_embedded_and_answers_alike(wiki_of_two: Bilingual) -> None:
    wiki_of_two.index()
    answer = wiki_of_two.search("上线和回滚")
    wiki_of_two.loaded.clear()
    wiki_of_two.forget()
    assert wiki_of_two.search("上线和回滚") == answer
    assert wiki_of_two.loaded == ["chinese-512", "general-512"]


def test_only_new_names_are_embedded(wiki_of_two: Bilingual) -> None:
    names = {"上线", "launch", "rollback", "回滚"}
    assert set(wiki_of_two.index()) == names
    assert wiki_of_two.index() == []
    assert wiki_of_two.index(MORE) == ["certificate", "证书"]
    write_document(wiki_of_two.root, PATH, MORE.replace("证书", "凭证"))
    assert wiki_of_two.index(MORE) == ["凭证"]
    assert wiki_of_two.known() == names | {"certificate", "凭证"}
    (wiki_of_two.root / "kb" / PATH).unlink()
    assert wiki_of_two.index(MORE) == []
    assert wiki_of_two.known() == names | {"certificate", "证书"}
    assert set(wiki_of_two.index(MORE, force=True)) == wiki_of_two.known()


def test_another_model_embeds_them_again(wiki_of_two: Bilingual) -> None:
    wiki_of_two.index()
    wiki_of_two.general = FakeEmbedder("another")
    assert wiki_of_two.index() == ["launch", "rollback"]
    wiki_of_two.search("上线")
    assert wiki_of_two.loaded == ["chinese-512"]


def test_names_are_no_unused_vectors(
    wiki_of_two: Bilingual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_store, "_SPARE_AT_LEAST", 0)
    wiki_of_two.index()
    for number in range(3):  # what was is forgotten, all of it
        write_document(wiki_of_two.root, "launch.md", f"# Launch\n\nAgain, {number} times late.\n")
        wiki_of_two.index()
    with Index.open_to_read(wiki_of_two.root) as index:
        vectors = {hash_ for e in wiki_of_two.space.encoders for hash_ in _hashes(index, e)}
    assert len(vectors) <= 2 * 2 + 4
    assert wiki_of_two.known() == {"上线", "launch", "rollback", "回滚"}


def _hashes(index: Index, encoder: str) -> set[bytes]:
    rows = index._connection.execute("SELECT hash FROM vectors WHERE fingerprint = ?", (encoder,))
    return {hash_ for (hash_,) in rows}


@pytest.mark.usefixtures("embedder")
def test_a_chinese_search_does_without_the_english_network(
    kb: Kb, wiki: Wiki, kb_environment: Mapping[str, str]
) -> None:
    root = wiki({"a.md": "# Rollback\n\nRehearse.\n", "b.md": "# 回滚\n\n先回滚。\n"}, "default")
    assert kb("index", cwd=root).returncode == 0
    found = kb("search", "回滚", "--explain", cwd=root)
    assert "glossary: 回滚 = rollback" in found.stderr
    assert "Rollback" in found.stdout
    loaded = loaded_modules(["search", "回滚"], root, kb_environment)
    assert "faiss" in loaded
    assert loaded.isdisjoint({"onnxruntime", "tokenizers"})
