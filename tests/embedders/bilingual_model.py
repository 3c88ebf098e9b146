"""A model of two languages whose translations lie side by side because they were put there.

Its one layer passes everything through, so a text is the mean of its words; words that mean the
same share a vector, words that mean nothing have none.
"""

from __future__ import annotations

import re
from pathlib import Path

from indexer.embedders.reference import PARAPHRASES, quiet
from tests.embedders.conftest import save_bert, small_bert, word_pieces

CONCEPTS = (
    ("launch", "上", "线"),
    ("rollback", "回", "滚"),
    ("delay", "延", "期"),
    ("rehearse", "演", "练"),
    ("date", "日"),
    ("certificate", "证", "书"),
)
EMPTY = ("the", "of", "a", "had", "no", "was", "for", "有", "没", "的", "。", ".", ">", ":")


def save_bilingual_model(folder: Path, prompts: dict[str, str] | None = None) -> None:
    """Write the model. It also knows the pairs of sentences by which a model is measured."""
    with quiet():
        import torch

        torch.manual_seed(11)
        concepts = _concepts()
        words = [*dict.fromkeys(word for words in concepts for word in words), *EMPTY]
        tokenizer = word_pieces(words)
        bert = small_bert(tokenizer)
        with torch.no_grad():
            for name, weights in bert.encoder.named_parameters():
                if "LayerNorm" not in name:
                    weights.zero_()
            embeddings = bert.embeddings
            embeddings.position_embeddings.weight.zero_()
            embeddings.token_type_embeddings.weight.zero_()
            for members in concepts:
                meaning = torch.randn(32)
                for word in members:
                    embeddings.word_embeddings.weight[tokenizer.token_to_id(word)] = meaning
            for word in (*EMPTY, "[CLS]", "[SEP]"):
                embeddings.word_embeddings.weight[tokenizer.token_to_id(word)] = 0.0
        save_bert(bert, tokenizer, folder, prompts)


def _concepts() -> list[tuple[str, ...]]:
    own = {word for words in CONCEPTS for word in words}
    pairs = [
        tuple(
            word
            for word in re.findall(r"[a-z]+", f"{first} {second}".lower())
            if word not in own and word not in EMPTY
        )
        for first, second in PARAPHRASES
    ]
    return [*CONCEPTS, *pairs]
