"""What the table is, from what it was made, what it is worth and where it ends: MODEL_CARD.md.

Figures come from the run; what earlier trials found stands in ``trials.md``, licences in
``sources.tsv``.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Mapping
from pathlib import Path

from recipe import Recipe

HERE = Path(__file__).parent
CARD = "MODEL_CARD.md"


def write_card(
    folder: Path,
    recipe: Recipe,
    test: Mapping[str, float],
    learned: int,
    tested: int,
    sources: Mapping[str, int],
) -> None:
    """``learned`` and ``tested`` count pairs; ``sources`` gives those of each that was learned."""
    rows = "\n".join(
        f"| {field.name} | {getattr(recipe, field.name)} |" for field in dataclasses.fields(recipe)
    )
    figures = "\n".join(f"| {name} | {value:.3f} |" for name, value in test.items())
    licences = _licences()
    data = "\n".join(
        f"| {source} | {licences[source]} | {count:,} |"
        for source, count in sorted(sources.items(), key=lambda item: -item[1])
    )
    trials = (HERE / "trials.md").read_text(encoding="utf-8").strip()
    text = f"""\
# A Chinese encoder in the space of all-MiniLM-L6-v2

A table of {recipe.rows:,} token vectors (384 numbers of 8 bits each): single Chinese characters,
adjacent pairs, and word pieces of everything else. The vector of a text is
the normalised sum of its tokens' rows. It lies where
[all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) would put the
English translation, so that Chinese and English texts can be compared.

Made by `training/chinese_encoder.py`; read by `indexer/embedders/static.py`.

## How well

{tested:,} sentence pairs of repositories that were not trained on. `zh_to_en@10`: how often the
English side is among the ten nearest of all English sides; `cosine`: mean similarity to it.

| | |
|---|---|
{figures}

## Recipe

Learned from {learned:,} pairs. Loss: `cosine` x (1 - cosine to the teacher's vector) +
`contrastive` x symmetric InfoNCE within the batch; Adam, learning rate falling linearly to
zero; rows start at idf x mean teacher vector. `longest` leaves out pairs whose English side has
more characters.

| | |
|---|---|
{rows}

{trials}

## Data and licences

Sentence pairs of public bilingual documentation; none of the sentences is part of the table or of
kb. Share-alike and non-commercial sources were left out. Part of the pairs is misaligned.

| Source | Licence | Pairs |
|---|---|---|
{data}

The table is part of kb and licensed like it (Apache-2.0); NOTICE has the attributions.
"""
    (folder / CARD).write_text(text, encoding="utf-8")


def _licences() -> dict[str, str]:
    with open(HERE / "sources.tsv", encoding="utf-8", newline="") as file:
        return {row["source"]: row["licence"] for row in csv.DictReader(file, delimiter="\t")}
