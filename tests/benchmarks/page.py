"""``python -m tests.benchmarks.page``: the manual's performance pages, made of the results file.

The text is in ``page.en.md`` and ``page.zh.md``; a line ``{{name}}`` there is replaced by what the
results have of it. What was not measured says so and why; no number is made up. A test holds pages
and results together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks import results
from tests.benchmarks.outcome import PER_SECOND, SECONDS, Json
from tests.benchmarks.page_words import WORDS, Words
from tests.benchmarks.plot import Growth, draw
from tests.benchmarks.site import SUBJECTS

MANUAL = Path(__file__).parents[2] / "kb" / "manual"
FOLDERS = {"en": MANUAL, "zh": MANUAL / "zh"}
PAGE = "performance.md"
PLOTS = {
    "vector_scale": "performance-growth.svg",
    "site_build": "performance-site.svg",
}
"""Benchmark -> the file of its plot."""

_PLACE = re.compile(r"\{\{(\w+)(?: (\w+))?\}\}")
_GIGA = 1e9
_OVERVIEW = (
    "cold_search",
    "warm_search",
    "start",
    "index_throughput",
    "index_nothing_changed",
    "index_one_change",
    "save_to_hit",
    "site_reload",
)
"""Of these benchmarks the first case."""


def write(found: Json) -> None:
    """Both pages, and the plots of what there is to plot."""
    for language, folder in FOLDERS.items():
        (folder / PAGE).write_text(page(found, language), encoding="utf-8")
        for benchmark, file in PLOTS.items():
            plotted = growth(found, benchmark)
            if plotted:
                (folder / file).write_text(draw(plotted, WORDS[language]), encoding="utf-8")
            else:
                (folder / file).unlink(missing_ok=True)


def page(found: Json, language: str) -> str:
    """The whole page as Markdown."""
    template = Path(__file__).with_name(f"page.{language}.md").read_text(encoding="utf-8")
    made = _Page(found, WORDS[language])
    return _PLACE.sub(lambda match: made.part(match[1], match[2]), template)


def growth(found: Json, benchmark: str) -> Growth | None:
    """What the benchmark's plot shows; None if it was not measured."""
    outcome = found["benchmarks"].get(benchmark)
    if outcome is None:
        return None
    sizes = outcome["sizes"]
    if benchmark == "vector_scale":
        lines = {"exact-line": "exact", "kb-line": "chosen"}
        points = {
            line: [(size["rows"], size[subject]["ms"]["median"]) for size in sizes]
            for line, subject in lines.items()
        }
        return Growth("vectors-axis", "time-axis", points, logarithmic=True)
    points = {
        f"{line}-line": [(s["documents"], s[line]["median"]) for s in sizes if line in s]
        for line in SUBJECTS
    }
    return Growth("documents-axis", "seconds-axis", points)


class _Page:
    """What the placeholders of a template stand for."""

    def __init__(self, found: Json, words: Words) -> None:
        self._found = found
        self._words = words
        self._benchmarks: Json = found["benchmarks"]

    def part(self, name: str, of: str | None) -> str:
        """The text in place of ``{{name of}}``."""
        if name in ("date", "overview", "machine", "limits"):
            return str(getattr(self, f"_{name}")())
        wanted = of or name
        if wanted not in self._benchmarks:
            return self._skipped(wanted)
        if name in ("stages", "inside"):
            return self._stages(self._benchmarks[wanted][name])
        special = {
            "quality_of_int8": self._quality,
            "vector_scale": self._growth,
            "site_build": self._site,
        }
        return special.get(name, self._cases)(self._benchmarks[wanted])

    def _date(self) -> str:
        return str(self._found["date"])

    def _overview(self) -> str:
        rows = []
        for name in _OVERVIEW:
            for case in self._benchmarks.get(name, {}).get("cases", ())[:1]:
                first = case["baselines"][0]
                rows.append(
                    (
                        self._words.cases[name],
                        self._amount(case["kb"], case["unit"]),
                        self._words.baselines[first["name"]],
                        self._amount(first, case["unit"]),
                        self._ratio(first),
                    )
                )
        return _table(self._words.texts["overview-head"], rows)

    def _machine(self) -> str:
        libraries = ", ".join(f"{n} {version}" for n, version in self._found["versions"].items())
        facts = {**self._found["machine"], "kb": self._found["kb"], "versions": libraries}
        machine = self._words.texts["machine"].format(**facts)
        corpus = self._found.get("corpus")
        if corpus is None:
            return machine + self._words.texts["no-corpus"]
        size = {"documents": f"{corpus['documents']:,}", "megabytes": corpus["megabytes"]}
        return machine + self._words.texts["corpus"].format(**size)

    def _limits(self) -> str:
        limits = self._found["limits"]
        rows = [(name, figure(limits[limit] / _GIGA)) for limit, name in self._words.limits.items()]
        return _table(self._words.texts["limits-head"], rows)

    def _skipped(self, name: str) -> str:
        if name not in self._found["skipped"]:
            return self._words.texts["not-measured"]
        reason = self._reason(self._found["skipped"][name])
        return self._words.texts["skipped"].format(reason=reason)

    def _reason(self, reason: str) -> str:
        return self._words.reasons.get(reason, reason)

    def _cases(self, outcome: Json) -> str:
        rows = [row for case in outcome["cases"] for row in self._case(case)]
        blocks = [_table(self._words.texts["cases-head"], rows), *self._parts_skipped(outcome)]
        late = [c["kb"]["p95"] for c in outcome["cases"] if "p95" in c["kb"]]
        blocks += [self._words.texts["late"].format(seconds=figure(value)) for value in late]
        if "same_answers" in outcome:
            said = "same-answers" if outcome["same_answers"] else "other-answers"
            blocks.append(self._words.texts[said])
        return "\n\n".join(blocks)

    def _case(self, case: Json) -> Iterator[Sequence[str]]:
        unit = case["unit"]
        ours = [self._words.cases[case["case"]], self._spread(case["kb"], unit), _peak(case["kb"])]
        if not case["baselines"]:
            yield [*ours, "", "", "", ""]
        for number, baseline in enumerate(case["baselines"]):
            yield [
                *(ours if number == 0 else ("", "", "")),
                self._words.baselines[baseline["name"]],
                self._spread(baseline, unit),
                _peak(baseline),
                self._ratio(baseline),
            ]

    def _parts_skipped(self, outcome: Json) -> Iterator[str]:
        for case, reason in outcome.get("skipped_cases", {}).items():
            yield self._words.texts["part-skipped"].format(
                case=self._words.cases[case], reason=self._reason(reason)
            )

    def _stages(self, stages: Sequence[Json]) -> str:
        whole = stages[-1]["ms"]
        rows = []
        for stage in stages:
            name, limit = self._words.stages[stage["stage"]]
            floor = figure(stage["floor_ms"]) if "floor_ms" in stage else ""
            share = f"{stage['ms'] / whole:.0%}"
            rows.append((name, figure(stage["ms"]), share, floor, limit if floor else ""))
        return _table(self._words.texts["stages-head"], rows)

    def _quality(self, outcome: Json) -> str:
        cosine = self._words.texts["cosine"].format(**outcome["cosine"])
        if "ndcg" not in outcome:
            return "\n\n".join([cosine, *self._parts_skipped(outcome)])
        rows = [
            (precision, *(f"{scores[group]:.3f}" for group in ("all", "en", "zh")))
            for precision, scores in outcome["ndcg"].items()
        ]
        return "\n\n".join([cosine, _table(self._words.texts["quality-head"], rows)])

    def _growth(self, outcome: Json) -> str:
        rows = [
            (
                f"{size['rows']:,}",
                figure(size["exact"]["ms"]["median"]),
                figure(size["chosen"]["ms"]["median"]),
                size["chosen"]["index"],
                f"{size['chosen']['recall_at_10']:.3f}",
                figure(size["chosen"]["memory_mb"]),
            )
            for size in outcome["sizes"]
        ]
        image = f"![{self._words.texts['alt']}]({PLOTS['vector_scale']})"
        sizes = _table(self._words.texts["sizes-head"], rows)
        return "\n\n".join([image, sizes, self._words.texts["filters"], self._filters(outcome)])

    def _site(self, outcome: Json) -> str:
        rows = [
            (
                f"{size['documents']:,}",
                *(self._spread(size[s], SECONDS) if s in size else "" for s in SUBJECTS),
                self._ratio(size) if "times_as_fast" in size else "",
            )
            for size in outcome["sizes"]
        ]
        image = f"![{self._words.texts['site-alt']}]({PLOTS['site_build']})"
        return "\n\n".join([image, _table(self._words.texts["site-head"], rows)])

    def _filters(self, outcome: Json) -> str:
        shares = list(outcome["sizes"][0]["chosen"]["filters"])
        head = " | ".join([self._words.texts["vectors"], *shares])
        rows = [
            (
                f"{size['rows']:,}",
                *(
                    f"{figure(found['ms']['median'])} ({found['recall_at_10']:.3f})"
                    for found in size["chosen"]["filters"].values()
                ),
            )
            for size in outcome["sizes"]
        ]
        return _table(f"| {head} |", rows)

    def _ratio(self, baseline: Json) -> str:
        ratio = baseline["times_as_fast"]
        if ratio >= 1:
            return self._words.texts["faster"].format(ratio=two_digits(ratio))
        return self._words.texts["slower"].format(ratio=two_digits(1 / ratio))

    def _amount(self, measured: Json, unit: str) -> str:
        value = figure(measured["median"])
        if unit == PER_SECOND:
            return self._words.texts["per-second"].format(rate=value)
        return f"{value} s"

    def _spread(self, measured: Json, unit: str) -> str:
        amount = self._amount(measured, unit)
        if measured["runs"] == 1:
            return amount
        return f"{amount} ({figure(measured['lower'])}–{figure(measured['upper'])})"


def figure(value: float) -> str:
    """Three significant digits, never an exponent: 0.0432, 7.40, 1,480."""
    if value == 0:
        return "0"
    exponent = int(f"{value:.2e}".partition("e")[2])
    return f"{round(value, 2 - exponent):,.{max(0, 2 - exponent)}f}"


def two_digits(value: float) -> str:
    """A ratio: 1.2, 12, 120."""
    return f"{value:.1f}" if value < 9.95 else f"{round(value, 2 - len(f'{value:.0f}')):,.0f}"


def _peak(measured: Json) -> str:
    return f"{figure(measured['peak_mb'])} MB" if "peak_mb" in measured else ""


def _table(head: str, rows: Sequence[Sequence[str]]) -> str:
    """A column that has nothing but figures is set to the right."""
    columns = zip(*rows, strict=True)
    figures = [any(c) and all(not cell or cell[0].isdigit() for cell in c) for c in columns]
    rule = "|".join("---:" if right else "---" for right in figures)
    return "\n".join([head, f"|{rule}|", *("| " + " | ".join(row) + " |" for row in rows)])


if __name__ == "__main__":
    write(results.load())
