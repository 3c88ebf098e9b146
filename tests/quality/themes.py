"""``python -m tests.quality.themes``: do themes hold together what has the same cause?

A wiki of a public collection of postmortems, each a retro whose project is its company, is indexed
with the real model. Its themes are held against what editors and texts say of causes (purity,
normalised mutual information, adjusted Rand index as in scikit-learn's ``metrics``), beside groups
drawn by chance, of the same sizes, and k-means with as many groups on the same vectors; and themes
are found again without one document, for many of them. Writes ``themes.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs

from indexer.app import Wiki
from indexer.index import Index
from indexer.practice.themes.finding import groups_of, named_groups
from indexer.practice.themes.grouping import centred
from indexer.practice.themes.passages import Passages, read_passages
from tests.quality.theme_truth import Judged, as_retro, judge

CORPUS = Path(__file__).resolve().parents[3] / "shared/corpora/dev/corpus/icco-postmortems"
RESULTS = Path(__file__).with_name("themes.json")

Json = dict[str, Any]
Groups = Mapping[str, str]
"""Document -> the name of its group; without those that are in none."""

_SHUFFLES = 20
_LEFT_OUT = 40  # documents that are left out, one at a time
_MIXED = 6  # themes that are shown as wrong
_PLACES = 3


def measure(folder: Path, cache: Path) -> Json:
    """All figures of the collection in ``folder``."""
    judged = judge(folder)
    with tempfile.TemporaryDirectory() as place:
        read = _passages(folder, Path(place), cache)
    themes = _themes(read)
    alike = read._replace(passages=[p._replace(project="") for p in read.passages])
    found = {"kb": themes, "without_projects": _themes(alike), "k_means": _k_means(read, themes)}
    return {
        "documents": len(judged),
        "grouped": {name: len(groups) for name, groups in found.items()},
        "groups": {name: len(set(groups.values())) for name, groups in found.items()},
        "judgements": {
            "cause": _scores(found, {j.path: j.cause for j in judged if j.cause}),
            "category": _scores(found, {j.path: j.category for j in judged if j.category}),
            "company": _scores(found, {j.path: j.company for j in judged if j.company}),
        },
        "mixed": _mixed(themes, judged),
        "steadiness": _steadiness(read),
    }


def _passages(folder: Path, root: Path, cache: Path) -> Passages:
    (root / "kb").mkdir()
    for file in sorted(folder.glob("*.md")):
        (root / "kb" / file.name).write_text(as_retro(file), encoding="utf-8")
    Wiki(root, cache).index()
    with Index.open_to_read(root) as index:
        return read_passages(index, ())


def _themes(read: Passages) -> Groups:
    found = groups_of(read.passages, read.vectors)
    return {m.path: one.label for one in named_groups(found, read.passages) for m in one.members}


def _k_means(read: Passages, themes: Groups) -> Groups:
    """As many groups; those of one document are none, as with themes."""
    from sklearn.cluster import KMeans

    rows = centred(read.vectors, [p.project for p in read.passages])
    count = len(set(themes.values()))
    numbers = KMeans(count, n_init=10, random_state=0).fit_predict(rows)
    groups = {p.path: str(n) for p, n in zip(read.passages, numbers, strict=True)}
    sizes = Counter(groups.values())
    return {path: name for path, name in groups.items() if sizes[name] > 1}


def _scores(found: Mapping[str, Groups], truth: Mapping[str, str]) -> Json:
    rows = {name: _score(groups, truth) for name, groups in found.items()}
    return {**rows, "chance": _by_chance(found["kb"], truth)}


def _score(groups: Groups, truth: Mapping[str, str]) -> Json:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    paths = sorted(path for path in groups if path in truth)
    ours, theirs = [groups[p] for p in paths], [truth[p] for p in paths]
    return {
        "documents": len(paths),
        "purity": round(purity(ours, theirs), _PLACES),
        "nmi": round(float(normalized_mutual_info_score(theirs, ours)), _PLACES),
        "ari": round(float(adjusted_rand_score(theirs, ours)), _PLACES),
    }


def _by_chance(groups: Groups, truth: Mapping[str, str]) -> Json:
    """Groups of the same sizes, drawn; the mean of several draws."""
    draw = random.Random(0)
    rows = []
    for _ in range(_SHUFFLES):
        names = list(groups.values())
        draw.shuffle(names)
        rows.append(_score(dict(zip(groups, names, strict=True)), truth))
    return {name: round(statistics.mean(row[name] for row in rows), _PLACES) for name in rows[0]}


def purity(groups: Sequence[str], truth: Sequence[str]) -> float:
    """The share of documents that have the judgement most frequent in their group."""
    counts: dict[str, Counter[str]] = {}
    for group, judgement in zip(groups, truth, strict=True):
        counts.setdefault(group, Counter())[judgement] += 1
    return sum(max(found.values()) for found in counts.values()) / len(groups)


def _mixed(themes: Groups, judged: Sequence[Judged]) -> list[Json]:
    """The themes whose documents tell of the most different causes."""
    causes: dict[str, Counter[str]] = {}
    for one in judged:
        if one.cause and one.path in themes:
            causes.setdefault(themes[one.path], Counter())[one.cause] += 1
    odd = sorted(
        causes.items(), key=lambda item: (max(item[1].values()) - item[1].total(), item[0])
    )
    return [{"theme": name, "causes": dict(counts.most_common())} for name, counts in odd[:_MIXED]]


def _steadiness(read: Passages) -> Json:
    """Themes with all documents, against those without one: of pairs that were together, how many
    still are; of documents, how many are in a theme of the same name.
    """
    before = _themes(read)
    together, named = [], []
    step = max(1, len(read.passages) // _LEFT_OUT)
    for n in range(0, len(read.passages), step):
        rest = [i for i in range(len(read.passages)) if i != n]
        less = Passages([read.passages[i] for i in rest], read.vectors[rest], 0)
        after = _themes(less)
        left = {p: name for p, name in before.items() if p != read.passages[n].path}
        now = _pairs(after)
        together.append(_share([pair in now for pair in _pairs(left)]))
        named.append(_share([after.get(path) == name for path, name in left.items()]))
    return {
        "left_out": len(together),
        "pairs_kept": round(statistics.mean(together), _PLACES),
        "pairs_kept_least": round(min(together), _PLACES),
        "names_kept": round(statistics.mean(named), _PLACES),
        "names_kept_least": round(min(named), _PLACES),
    }


def _pairs(groups: Groups) -> set[tuple[str, str]]:
    members: dict[str, list[str]] = {}
    for path, name in sorted(groups.items()):
        members.setdefault(name, []).append(path)
    return {(a, b) for own in members.values() for a in own for b in own if a < b}


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.themes", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS, metavar="DIR")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE")
    parser.add_argument(
        "--cache-dir", type=Path, default=platformdirs.user_cache_path("kb", appauthor=False)
    )
    asked = parser.parse_args()
    if not asked.corpus.is_dir():
        parser.error(f"there is no folder {asked.corpus}")
    found = measure(asked.corpus.absolute(), asked.cache_dir.absolute())
    asked.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"written: {asked.output}")  # noqa: T201  # a program that talks


if __name__ == "__main__":
    main()
