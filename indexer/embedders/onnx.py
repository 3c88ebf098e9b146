"""A prepared model folder through ONNX Runtime: the embedder of the query path.

With the one that prepares the only module that knows onnxruntime. It takes the graph as it was
optimised once, when it was prepared, so that loading is quick. It only reads a folder, never makes
one, and imports neither torch nor sentence-transformers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.embedders.prepared_folder import GRAPH, TOKENIZER, Manifest, check, damaged

if TYPE_CHECKING:
    from indexer.model import Matrix, Vector

MAX_UNKNOWN = 0.3
"""A text of which the tokenizer does not know more than this share is not given to the model:
all-MiniLM put random Chinese at similarity 0.7 to any Chinese query (measured)."""

MAX_PASSAGE_TOKENS = 512
"""No passage is longer, however much a model could read: one vector for several pages is near to
everything they mention and to nothing in particular, and the passage shown would be as long. It is
also all that BERT, E5 and their like read."""

_WORD_STARTS = ("▁", "Ġ", "")
"""Marks of a token that begins a word: SentencePiece's, byte-level BPE's, WordPiece's."""

_ENCODED_AT_ONCE, _CHARACTERS_AT_ONCE = 512, 200_000
"""Texts, and characters in them: what the tokenizer tells of a text takes a hundred times that."""

_BATCH_TOKENS = 1024
"""Padded tokens of one call: small batches of similar length were fastest on two cores, and the
runtime keeps room for the largest. 4,096 took a quarter longer and twice the memory."""


class OnnxEmbedder:
    """The Embedder of a prepared folder. Raises ModelDamaged if a file of it cannot be used."""

    def __init__(self, folder: Path, threads: int = 0, *, thorough: bool = False) -> None:
        """``threads`` 0: as many as there are cores. ``thorough`` reads every byte for damage."""
        import onnxruntime
        import tokenizers

        self.manifest = Manifest.load(folder)
        check(folder, self.manifest, thorough=thorough)
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Waiting threads that spin would take the core from the ones that work.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # both libraries raise bare Exception subclasses of their own
            raise damaged(folder, self.manifest.model, error) from error
        # The file of all-MiniLM-L6-v2 pads everything to 128 tokens and cuts there.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._unknown = self._tokenizer.token_to_id(self.manifest.unknown_token or "[UNK]")
        self._word_start = word_start(self._tokenizer.token_to_id)
        self._truncating = threading.Lock()

    @property
    def fingerprint(self) -> str:
        return self.manifest.fingerprint

    @property
    def dimension(self) -> int:
        return self.manifest.dimension

    @property
    def max_tokens(self) -> int:
        prompt = self.count_tokens([self.manifest.document_prompt])[0]
        return min(MAX_PASSAGE_TOKENS, self.manifest.max_tokens - prompt)

    @property
    def similarity_range(self) -> tuple[float, float]:
        return self.manifest.similarity_range

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding) for encoding in self._encoded(texts)]

    def readable(self, texts: Sequence[str]) -> list[bool]:
        return [
            bool(e.ids) and e.ids.count(self._unknown) <= MAX_UNKNOWN * len(e.ids)
            for e in self._encoded(texts)
        ]

    def knows_word(self, word: str) -> bool:
        return self._tokenizer.token_to_id(self._word_start + word) is not None

    def embed_documents(self, texts: Sequence[str]) -> Matrix:
        return self._embed([self.manifest.document_prompt + text for text in texts])

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self._embed([self.manifest.query_prompt + text])[0]
        return vector

    def _encoded(self, texts: Sequence[str]) -> Iterator[Any]:
        for some in _portions(texts):
            with self._truncating:
                encodings = self._tokenizer.encode_batch_fast(some, add_special_tokens=False)
            yield from encodings

    def _embed(self, texts: Sequence[str]) -> Matrix:
        import numpy as np  # here: who only reads a manifest never needs it

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        encodings = self._truncated(texts)
        order = sorted(range(len(encodings)), key=lambda n: len(encodings[n].ids))
        for batch in _batches(order, [len(e.ids) for e in encodings]):
            inputs = self._padded([encodings[n] for n in batch])
            vectors[batch] = self._session.run(None, inputs)[0]
        return vectors

    def _truncated(self, texts: Sequence[str]) -> list[Any]:
        """As the model reads them; the tokenizer cuts by a setting that all threads share."""
        with self._truncating:
            self._tokenizer.enable_truncation(self.manifest.max_tokens + self._special)
            try:
                return list(self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=True))
            finally:
                self._tokenizer.no_truncation()

    def _padded(self, encodings: Sequence[Any]) -> dict[str, Any]:
        import numpy as np

        shape = (len(encodings), max(len(e.ids) for e in encodings))
        arrays = {name: np.zeros(shape, dtype=np.int64) for name in self.manifest.inputs}
        for row, encoding in enumerate(encodings):
            length = len(encoding.ids)
            arrays["input_ids"][row, :length] = encoding.ids
            arrays["attention_mask"][row, :length] = 1
        return arrays


def word_start(token_to_id: Callable[[str], int | None]) -> str:
    """How this vocabulary marks the beginning of a word; the commonest word of English tells."""
    return next((mark for mark in _WORD_STARTS if token_to_id(f"{mark}the") is not None), "")


def _portions(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in order, so many at a time as may be encoded at once."""
    portion: list[str] = []
    size = 0
    for text in texts:
        if portion and (len(portion) == _ENCODED_AT_ONCE or size + len(text) > _CHARACTERS_AT_ONCE):
            yield portion
            portion, size = [], 0
        portion.append(text)
        size += len(text)
    if portion:
        yield portion


def _batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Neighbours in ``order`` (ascending length) together, within the padded token budget."""
    batches: list[list[int]] = []
    for n in order:
        if batches and (len(batches[-1]) + 1) * lengths[n] <= _BATCH_TOKENS:
            batches[-1].append(n)
        else:
            batches.append([n])
    return batches
