"""Any sentence-transformers model as an Embedder: the reference, and the runtime of last resort.

The only module that knows sentence-transformers and torch. Importing them takes seconds, so this
module is loaded to prepare a model and for models that cannot be exported, never to search with
one that was. It loads from folders only and asks no network; weights in pickles are read by torch's
loader that runs nothing of them, and no code of a model is run.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.embedders.model_folder import brings_code
from indexer.embedders.onnx import MAX_PASSAGE_TOKENS, MAX_UNKNOWN, word_start
from indexer.embedders.prefixes import family_prefixes
from indexer.errors import ModelUnavailable
from indexer.message import say

if TYPE_CHECKING:
    from indexer.model import Matrix, Vector

MAX_TOKENS = 2 * MAX_PASSAGE_TOKENS
"""What is read of one text: twice a passage, as tokens of joined lines are counted line by line;
more would only cost, with the square of the length."""

PARAPHRASES = (
    ("the launch came three weeks late", "we released the product almost a month after the date"),
    ("how to cook rice", "steps for boiling rice in a pot"),
    ("the cat sleeps on the sofa", "a kitten is napping on the couch"),
    ("restore a database from a backup", "bringing data back from a saved copy"),
    ("the train to the city was cancelled", "no rail service into town today"),
    ("she plays the violin", "a woman performs music on a string instrument"),
    (
        "the tax form must be filed in spring",
        "submit the declaration to the revenue office by April",
    ),
    ("rain is expected tomorrow", "the forecast says it will be wet the next day"),
)
"""Eight pairs that say the same; each member is a stranger to those of the other pairs."""


class ReferenceEmbedder:
    """sentence-transformers itself, on the CPU."""

    def __init__(self, name: str, folder: Path) -> None:
        """Load the model that users call ``name``. Raises ModelUnavailable, saying why."""
        with quiet():
            self.model = _load(name, folder)
        self._prompts = _prompts(self.model.prompts, name, folder)
        length = self.model.max_seq_length
        if length and MAX_TOKENS < length < float("inf"):
            self.model.max_seq_length = MAX_TOKENS
        # Static models carry the bare tokenizer, all others one wrapped by transformers.
        tokenizer = self.model.tokenizer
        self._backend = tokenizer if hasattr(tokenizer, "encode_batch") else None
        self._special = len(self._ids([""], special=True)[0])
        self._fingerprint = ""

    @property
    def fingerprint(self) -> str:
        if not self._fingerprint:
            digest = hashlib.sha256("\0".join(self._prompts.values()).encode())
            for key, tensor in sorted(self.model.state_dict().items()):
                digest.update(key.encode())
                digest.update(tensor.cpu().float().numpy().tobytes())
            self._fingerprint = f"torch-{digest.hexdigest()[:16]}"
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return int(self.embed_documents(["size"]).shape[1])

    @property
    def window(self) -> int:
        """Tokens that are read of one text, prompt included, special tokens not."""
        length = self.model.max_seq_length
        return int(min(length, MAX_TOKENS) if length else MAX_PASSAGE_TOKENS) - self._special

    @property
    def max_tokens(self) -> int:
        """Tokens of a passage: what the window leaves beside the document prompt."""
        prompt = self.count_tokens([self.prompt("document")])[0]
        return max(16, min(MAX_PASSAGE_TOKENS, self.window - prompt))

    @property
    def similarity_range(self) -> tuple[float, float]:
        """Medians over the built-in pairs, so that any model can be asked."""
        queries = np.stack([self.embed_query(first) for first, _ in PARAPHRASES])
        passages = self.embed_documents([second for _, second in PARAPHRASES])
        cosines = queries @ passages.T
        strangers = cosines[~np.eye(len(cosines), dtype=bool)]
        return float(np.median(strangers)), float(np.median(np.diag(cosines)))

    def prompt(self, kind: str) -> str:
        """The text that the model wants before a ``query`` or ``document``."""
        return self._prompts[kind]

    @property
    def unknown_token(self) -> str:
        """The tokenizer's mark for what it does not know; empty if it knows everything."""
        if self._backend is not None:
            return str(getattr(self._backend.model, "unk_token", "") or "")
        return str(self.model.tokenizer.unk_token or "")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self._ids(texts)]

    def readable(self, texts: Sequence[str]) -> list[bool]:
        unknown = self.model.tokenizer.get_vocab().get(self.unknown_token)
        return [
            bool(ids) and ids.count(unknown) <= MAX_UNKNOWN * len(ids) for ids in self._ids(texts)
        ]

    def knows_word(self, word: str) -> bool:
        vocabulary = self.model.tokenizer.get_vocab()
        return word_start(vocabulary.get) + word in vocabulary

    def embed_documents(self, texts: Sequence[str]) -> Matrix:
        prompted = [self.prompt("document") + text for text in texts]
        return self._encode(self.model.encode_document, prompted)

    def embed_query(self, text: str) -> Vector:
        prompted = [self.prompt("query") + text]
        vector: Vector = self._encode(self.model.encode_query, prompted)[0]
        return vector

    def _ids(self, texts: Sequence[str], *, special: bool = False) -> list[list[int]]:
        if not texts:
            return []
        with quiet():
            if self._backend is not None:
                encodings = self._backend.encode_batch(list(texts), add_special_tokens=special)
                return [encoding.ids for encoding in encodings]
            encoded = self.model.tokenizer(
                list(texts), add_special_tokens=special, truncation=False, padding=False
            )
        return list(encoded["input_ids"])

    def _encode(self, encode: Callable[..., Any], texts: list[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with quiet():
            vectors = encode(texts, prompt="", normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _load(name: str, folder: Path) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelUnavailable(
            say("sentence-transformers cannot be imported: {error}", error=error),
            say("install it: pip install sentence-transformers"),
        ) from error
    try:
        model = SentenceTransformer(
            str(folder), device="cpu", trust_remote_code=False, local_files_only=True
        )
        return model.float().eval()  # half precision is slow on a CPU and cannot be exported
    except Exception as error:  # each library under it raises its own for a file it cannot read
        if "trust_remote_code" in str(error):
            raise brings_code(name) from error
        said = next((line for line in str(error).splitlines() if line.strip()), repr(error))
        raise ModelUnavailable(
            say(
                "the model {name} cannot be loaded from {folder}: {error}",
                name=name,
                folder=folder,
                error=said.strip()[:300],
            ),
            say("fetch or copy the model again, or choose another"),
        ) from error


def _prompts(own: Mapping[str, str | None], name: str, folder: Path) -> dict[str, str]:
    """The prompts of the model's own configuration, or of its family if that has none."""
    query = own.get("query") or ""
    document = next((own[n] for n in ("document", "passage", "corpus") if own.get(n)), "") or ""
    family = None if query or document else family_prefixes(name, folder)
    return {
        "query": family.query if family else query,
        "document": family.document if family else document,
    }


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' progress bars and notices about themselves off the terminal."""
    loggers = [
        logging.getLogger(n) for n in ("transformers", "sentence_transformers", "huggingface_hub")
    ]
    levels = [logger.level for logger in loggers]
    bars = os.environ.get("HF_HUB_DISABLE_PROGRESS_BARS")
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _without_bars()
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars is None:
            os.environ.pop("HF_HUB_DISABLE_PROGRESS_BARS", None)


def _without_bars() -> None:
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
