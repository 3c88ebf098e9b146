"""Models for these tests: the reference of the default one, and small ones made on the spot."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from indexer.embedders.bundled import DEFAULT_MODEL, PACKAGE
from indexer.embedders.reference import quiet
from tests.conftest import Kb, Wiki
from tests.embedders.local_hub import LocalHub

if TYPE_CHECKING:
    from indexer.embedders.reference import ReferenceEmbedder

WORDS = ["launch", "rollback", "certificate", "incident", "release", "gateway", "owner", "wallet"]
WORDS += ["the", "of", "for", "by", "had", "no", "back", "way", "date", "page", "delay", "expired"]
WORDS += ["rehearse", "evening", "-", ".", ",", ":", "|", ">"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

FILES = {
    "retros/launch.md": "# Launch delay\n\nThe launch had no date.\n",
    "retros/上线.md": "# 上线延期\n\n上线没有日期。\n",
    "sops/rollback.md": "# Rollback\n\nRehearse the rollback.\n",
    "sops/证书.md": "# 证书\n\n证书的日期。\n",
}
SETTINGS = """\
# What our team set.

[search]
refresh_limit = 3  # not more
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def bundled_folder() -> Path:
    """The weights of the default model as its package brings them."""
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "model"


@pytest.fixture(scope="session")
def reference(bundled_folder: Path) -> ReferenceEmbedder:
    """The default model through sentence-transformers."""
    from indexer.embedders.reference import ReferenceEmbedder

    return ReferenceEmbedder(DEFAULT_MODEL, bundled_folder)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model with random weights, 32 dimensions and 60 tokens."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_tiny_model(folder, seed=3)
    return folder


@pytest.fixture(scope="session")
def static_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model without a transformer: it has no attention mask, so no graph can be exported."""
    folder = tmp_path_factory.mktemp("models") / "static"
    with quiet():
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import StaticEmbedding

        torch.manual_seed(5)
        module = StaticEmbedding(word_pieces(WORDS), embedding_dim=24)
        SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two languages, 32 dimensions; translations lie side by side."""
    from tests.embedders.bilingual_model import save_bilingual_model

    folder = tmp_path_factory.mktemp("models") / "bilingual"
    save_bilingual_model(folder)
    return folder


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A hub without models yet."""
    server = LocalHub()
    yield server
    server.close()


@pytest.fixture
def root(wiki: Wiki) -> Path:
    """A wiki with settings of its own that name no model."""
    root = wiki(FILES)
    (root / "site_config" / "kb.toml").write_text(SETTINGS, encoding="utf-8")
    return root


@pytest.fixture
def run(kb: Kb, root: Path, hub: LocalHub, tmp_path: Path) -> Run:
    """The command in that wiki with that hub, and with caches that were empty."""
    own = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_OFFLINE": "0",
        "HF_HOME": str(tmp_path / "hf"),
        "HF_HUB_ETAG_TIMEOUT": "2",
        "KB_CACHE_DIR": str(tmp_path / "cache"),
        "NO_PROXY": "127.0.0.1",
    }
    return lambda *args, **env: kb(*args, cwd=root, env={**own, **env})


def settings_of(root: Path) -> str:
    """The settings file of a wiki, as it is written."""
    return (root / "site_config" / "kb.toml").read_text(encoding="utf-8")


def save_tiny_model(folder: Path, seed: int, prompts: dict[str, str] | None = None) -> None:
    """Write a BERT of one layer with random weights that knows WORDS and letters."""
    with quiet():
        import torch

        torch.manual_seed(seed)
        tokenizer = word_pieces(WORDS)
        save_bert(small_bert(tokenizer), tokenizer, folder, prompts)


def small_bert(tokenizer: Any) -> Any:
    """One layer of 32 dimensions over 64 positions, random."""
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    return BertModel(config)


def save_bert(bert: Any, tokenizer: Any, folder: Path, prompts: dict[str, str] | None) -> None:
    """Write it as a sentence-transformers model that reads 60 tokens and takes their mean."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    base = folder.with_name(folder.name + "-base")
    bert.save_pretrained(base)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    ).save_pretrained(base)
    transformer = Transformer(str(base), max_seq_length=60)
    model = SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu")
    model.prompts = prompts or {}
    model.save(str(folder))


def word_pieces(words: Sequence[str]) -> Any:
    """A tokenizer that knows these words, and others by their letters."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789"]
    pieces = [*SPECIAL, *words, *(c for c in letters if c not in words)]
    pieces += ["##" + letter for letter in letters]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=ends
    )
    return tokenizer
