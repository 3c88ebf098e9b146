"""Models for these tests: the reference of the default one, and small ones made on the spot."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from indexer.embedders.reference import quiet
from indexer.models import BUNDLED_PACKAGE, DEFAULT_MODEL

if TYPE_CHECKING:
    from indexer.embedders.reference import ReferenceEmbedder

WORDS = ["launch", "rollback", "certificate", "incident", "release", "gateway", "owner", "wallet"]
WORDS += ["the", "of", "for", "by", "had", "no", "back", "way", "date", "page", "delay", "expired"]
WORDS += ["rehearse", "evening", "-", ".", ",", ":", "|", ">"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.fixture(scope="session")
def bundled_folder() -> Path:
    """The weights of the default model as its package brings them."""
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
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
        module = StaticEmbedding(_tokenizer(), embedding_dim=24)
        SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def save_tiny_model(folder: Path, seed: int, prompts: dict[str, str] | None = None) -> None:
    """Write a BERT of one layer with random weights that knows WORDS and letters."""
    with quiet():
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Pooling, Transformer
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

        torch.manual_seed(seed)
        tokenizer = _tokenizer()
        config = BertConfig(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
        )
        base = folder.with_name(folder.name + "-base")
        BertModel(config).save_pretrained(base)
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


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789"]
    pieces = [*SPECIAL, *WORDS, *(c for c in letters if c not in WORDS)]
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
