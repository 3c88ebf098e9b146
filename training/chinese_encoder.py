"""Parallel sentences -> a static table that puts Chinese text where MiniLM puts its translation.

    python training/chinese_encoder.py PAIRS.tsv.gz OUTPUT --cache DIR [--set contrastive=1 …]

PAIRS has lines ``source, split, English, Chinese``; sources of the split ``test`` are never trained
on. The teacher's vectors are computed once and kept in the cache folder. OUTPUT gets what
``indexer.embedders.static`` reads, and a model card. The same pairs, recipe and versions give the
same table. ``--set`` tries another recipe; what each part is worth stands in the card.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import platformdirs
import torch
from model_card import write_card
from recipe import Recipe, tried
from table import (
    Bags,
    Floats,
    bags_of,
    choose_tokens,
    embed,
    quantised,
    word_piece_vocabulary,
    write_table,
)
from torch.nn import functional

from indexer.embedders.bundled import DEFAULT_MODEL
from indexer.models import ModelCabinet
from indexer.protocols import Embedder

PAIRS_OF_CHUNK = 4
CHUNKS_OF_DOCUMENT = 6
"""Sentence pairs of the test split are put together like this where documents are needed."""

CAUTION = 1.3
"""How much wider than among the test documents the similarities of English queries to Chinese
strangers are taken to be: wikis hold more that is near by chance, and English must not pay."""

Halves = npt.NDArray[np.float16]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the data."""

    source: str
    is_test: bool
    english: str
    chinese: str


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts as rows of the table, and where the teacher puts them."""

    bags: Bags
    targets: Halves

    def student(self, table: torch.Tensor, wanted: Ids) -> tuple[torch.Tensor, torch.Tensor]:
        """The table's vectors of some texts, and the teacher's."""
        rows, offsets = self.bags.take(wanted)
        sums = functional.embedding_bag(rows, table, offsets, mode="sum")
        targets = torch.from_numpy(self.targets[wanted].astype(np.float32))
        return functional.normalize(sums, dim=1), targets


def read_pairs(path: Path) -> list[Pair]:
    """The data; lines that are no pair are left out."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        fields = (line.rstrip("\n").split("\t") for line in file)
        return [Pair(f[0], f[1] == "test", f[2], f[3]) for f in fields if len(f) == 4]


def teacher_vectors(texts: Sequence[str], teacher: Embedder, cache: Path) -> Halves:
    """The teacher's vectors of the texts, from the cache as far as it has them."""
    known: dict[str, int] = {}
    vectors = np.zeros((0, teacher.dimension), dtype=np.float16)
    names, table = cache / "teacher.json", cache / "teacher.npy"
    if names.exists():
        known = {text: n for n, text in enumerate(json.loads(names.read_text(encoding="utf-8")))}
        vectors = np.load(table)
    missing = sorted({text for text in texts if text not in known}, key=lambda t: (len(t), t))
    if missing:
        parts = (missing[start : start + 8192] for start in range(0, len(missing), 8192))
        new = [teacher.embed_documents(part).astype(np.float16) for part in parts]
        vectors = np.concatenate([vectors, *new])
        known |= {text: len(known) + n for n, text in enumerate(missing)}
        cache.mkdir(parents=True, exist_ok=True)
        np.save(table, vectors)
        names.write_text(json.dumps(list(known), ensure_ascii=False), encoding="utf-8")
    return vectors[[known[text] for text in texts]]


def start_table(taught: Taught, rows: int) -> torch.Tensor:
    """A token starts as idf x the mean vector of the translations of the texts that have it."""
    bags, count = taught.bags, len(taught.targets)
    text_of = np.repeat(np.arange(count), np.diff(bags.starts))
    present = np.unique(text_of * rows + bags.rows)
    text_of, tokens = present // rows, present % rows
    frequency = np.bincount(tokens, minlength=rows)
    sums = torch.zeros((rows, taught.targets.shape[1]))
    for start in range(0, len(tokens), 200_000):
        part = slice(start, start + 200_000)
        vectors = torch.from_numpy(taught.targets[text_of[part]].astype(np.float32))
        sums.index_add_(0, torch.from_numpy(tokens[part]), vectors)
    mean = taught.targets.astype(np.float32).mean(axis=0)
    means = (sums.numpy() + 5 * mean) / (frequency + 5)[:, None]
    idf = np.log(1 + count / (frequency + 1))
    return torch.from_numpy((0.1 * means * idf[:, None]).astype(np.float32))


def train(taught: Taught, same_text: Ids, recipe: Recipe) -> Floats:
    """The table. ``same_text`` numbers the English texts: a translation's twin is no negative."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    count = len(taught.targets)
    table = torch.nn.Parameter(start_table(taught, recipe.rows))
    optimizer = torch.optim.Adam([table], lr=recipe.learning_rate, fused=True)
    steps = recipe.epochs * (count // recipe.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for batch in _batches(random, count, recipe):
        ours, theirs = taught.student(table, batch)
        loss = recipe.cosine * _distance(ours, theirs)
        if recipe.contrastive:
            twins = torch.from_numpy(same_text[batch][:, None] == same_text[batch][None])
            loss = loss + recipe.contrastive * _contrast(ours, theirs, twins, recipe.temperature)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
        optimizer.step()
        schedule.step()
    trained: Floats = table.detach().numpy()
    return trained


def measure(ours: Floats, theirs: Floats) -> dict[str, float]:
    """Agreement with the teacher, and finding the translation among all of the test split."""
    scores = ours @ theirs.T
    right = scores.diagonal()
    ahead = {
        "zh_to_en": (scores > right[:, None] + 1e-6).sum(axis=1),
        "en_to_zh": (scores > right[None] + 1e-6).sum(axis=0),
    }
    found = {f"{way}@{k}": float((n < k).mean()) for way, n in ahead.items() for k in (1, 10)}
    return {"cosine": float(right.mean()), **found}


def scales(
    passages: dict[str, Floats], queries: dict[str, Floats]
) -> dict[str, tuple[float, float]]:
    """By embedder of the query, then of the passage: mean and deviation, over documents, of a
    document's best contextual similarity. They make similarities of both comparable.
    """
    found = {}
    for asked, query_vectors in queries.items():
        for read, vectors in passages.items():
            count = len(vectors) // CHUNKS_OF_DOCUMENT
            documents = vectors[: count * CHUNKS_OF_DOCUMENT].reshape(count, CHUNKS_OF_DOCUMENT, -1)
            contextual = documents + documents.mean(axis=1, keepdims=True)
            best = np.einsum("dce,qe->qdc", contextual, query_vectors[::8], optimize=True).max(2)
            caution = CAUTION if (asked, read) == ("general", "static") else 1.0
            deviation = caution * float(best.std(axis=1).mean())
            found[f"{asked}-{read}"] = (round(float(best.mean()), 4), round(deviation, 4))
    return found


def similarity_range(ours: Floats, theirs: Floats, seed: int) -> tuple[float, float]:
    """Mean cosine of strangers and of translations, Chinese against English."""
    other = np.random.default_rng(seed).permutation(len(ours))
    strangers, translations = (ours * theirs[other]).sum(axis=1), (ours * theirs).sum(axis=1)
    return round(float(strangers.mean()), 4), round(float(translations.mean()), 4)


def test_chunks(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Neighbouring test pairs in groups, each of one source: what a chunk is like."""
    size = PAIRS_OF_CHUNK
    groups = (list(pairs[start : start + size]) for start in range(0, len(pairs), size))
    return [
        group
        for group in groups
        if len(group) == size
        and {(p.source, p.is_test) for p in group} == {(group[0].source, True)}
    ]


def main() -> None:
    """Read, learn, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="for the teacher's vectors")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="tried")
    arguments = parser.parse_args()
    recipe = tried(Recipe(), arguments.tried)
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", flush=True)

    everything = read_pairs(arguments.pairs)
    chunks = test_chunks(everything)
    pairs = [p for p in everything if p.is_test or len(p.english) <= recipe.longest]
    chunk_english = [" ".join(p.english for p in chunk) for chunk in chunks]
    models = ModelCabinet(platformdirs.user_cache_path("kb", appauthor=False), Path())
    models.prepare(DEFAULT_MODEL)
    teacher = models.embedder(DEFAULT_MODEL)
    texts = [*(p.english for p in pairs), *chunk_english]
    vectors = teacher_vectors(texts, teacher, arguments.cache)
    say(f"{len(pairs)} pairs and {len(chunks)} chunks with the teacher's vectors")
    train_chinese = [p.chinese for p in pairs if not p.is_test]
    tokens = choose_tokens(train_chinese, word_piece_vocabulary(), recipe)
    row_of = {token: n for n, token in enumerate(tokens)}
    bags = bags_of((p.chinese for p in pairs), row_of)
    usable = np.diff(bags.starts) > 0
    is_test = np.array([p.is_test for p in pairs])
    learned, test = np.flatnonzero(~is_test & usable), np.flatnonzero(is_test & usable)
    number = {text: n for n, text in enumerate(dict.fromkeys(p.english for p in pairs))}
    table = train(
        Taught(bags.only(learned), vectors[learned]),
        np.array([number[pairs[n].english] for n in learned]),
        recipe,
    )
    say(f"{len(tokens)} tokens learned from {len(learned)} pairs")
    whole = quantised(table)
    targets = vectors[test].astype(np.float32)
    say(f"test, float32: {measure(embed(table, bags.only(test)), targets)}")
    ours = embed(whole.astype(np.float32), bags.only(test))
    measured = measure(ours, targets)
    say(f"test, int8:    {measured}")
    chunk_bags = bags_of(("\n".join(p.chinese for p in chunk) for chunk in chunks), row_of)
    passages = {
        "general": vectors[len(pairs) :].astype(np.float32),
        "static": embed(whole.astype(np.float32), chunk_bags),
    }
    facts = {
        "companion": DEFAULT_MODEL,
        "similarity_range": similarity_range(ours, targets, recipe.seed),
        "scales": scales(passages, {"general": targets, "static": ours}),
        "recipe": dataclasses.asdict(recipe),
        "test": {name: round(value, 4) for name, value in measured.items()},
    }
    write_table(arguments.output, whole, tokens, facts)
    sources = Counter(pairs[n].source for n in learned)
    write_card(arguments.output, recipe, measured, len(learned), len(test), sources)
    say(f"written to {arguments.output}")


def _distance(ours: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
    return (1 - (ours * theirs).sum(dim=1)).mean()


def _contrast(
    ours: torch.Tensor, theirs: torch.Tensor, twins: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Symmetric InfoNCE over the batch (van den Oord et al., 2018)."""
    right = torch.arange(len(ours))
    twins = twins & ~torch.eye(len(ours), dtype=torch.bool)
    scores = (ours @ theirs.T / temperature).masked_fill(twins, -1e4)
    return (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)) / 2


def _batches(random: np.random.Generator, count: int, recipe: Recipe) -> Iterator[Ids]:
    for _ in range(recipe.epochs):
        order = random.permutation(count)
        for start in range(0, count - recipe.batch + 1, recipe.batch):
            yield order[start : start + recipe.batch]


if __name__ == "__main__":
    main()
