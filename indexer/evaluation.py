"""Judged queries -> figures of quality: the use case behind ``kb eval``.

Reads the BEIR-like files (queries as JSON lines, judgements as tab-separated lines), asks the
search it is given for each query, and writes a run that other scorers read. It searches nothing
itself and prints nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from indexer import metrics
from indexer.errors import EvaluationError
from indexer.message import Message, say
from indexer.metrics import Scores
from indexer.model import Progress, no_progress

Ranking = Sequence[tuple[str, float]]
"""Paths relative to ``kb/`` with their scores, best first."""


class JudgedQuery(NamedTuple):
    """A query with what is known about it; ``judged`` maps paths to grades above 0."""

    id: str
    text: str
    lang: str
    kind: str
    judged: Mapping[str, int]


class QueryResult(NamedTuple):
    """What the search gave for one query."""

    query: JudgedQuery
    ranking: Ranking
    scores: Scores


class Evaluation(NamedTuple):
    """Results of all judged queries in the order of their file."""

    results: tuple[QueryResult, ...]

    def groups(self) -> dict[str, tuple[int, Scores]]:
        """Count and means: of all, then by language, kind, and both."""
        keys: dict[str, list[Scores]] = {"all": []}
        for by in (_by_language, _by_kind, _by_both):
            for key in sorted({by(r.query) for r in self.results}):
                keys[key] = []
        for result in self.results:
            query = result.query
            for key in ("all", _by_language(query), _by_kind(query), _by_both(query)):
                keys[key].append(result.scores)
        return {key: (len(scores), metrics.mean(scores)) for key, scores in keys.items()}

    def misses(self, count: int) -> list[QueryResult]:
        """The worst queries by NDCG, worst first."""
        return sorted(self.results, key=lambda r: (r.scores.ndcg, r.query.id))[:count]

    def run_lines(self) -> Iterator[str]:
        """The run file: query, path, rank, score."""
        for result in self.results:
            for rank, (path, score) in enumerate(result.ranking, start=1):
                yield f"{result.query.id}\t{path}\t{rank}\t{score:.6f}\n"


def evaluate(
    queries: Sequence[JudgedQuery],
    search: Callable[[str], Ranking],
    progress: Progress = no_progress,
) -> Evaluation:
    """Ask ``search`` every query and score what it gives."""
    results = []
    for number, query in enumerate(queries, start=1):
        ranking = search(query.text)
        scores = metrics.score(query.judged, [path for path, _ in ranking])
        results.append(QueryResult(query, ranking, scores))
        progress("evaluate", number, len(queries))
    return Evaluation(tuple(results))


def read_queries(queries: Path, judgements: Path) -> list[JudgedQuery]:
    """The queries that have judgements. Raises EvaluationError with path and line."""
    grades: dict[str, dict[str, int]] = {}
    for number, line in _lines(judgements):
        fields = line.split("\t")
        if len(fields) != 3:
            raise _bad(
                judgements,
                number,
                say("expected 3 tab-separated fields, got {count}", count=len(fields)),
            )
        try:
            grade = int(fields[2])
        except ValueError as error:
            if number == 1:
                continue  # the header
            said = say("the grade '{grade}' is no whole number", grade=fields[2])
            raise _bad(judgements, number, said) from error
        if grade > 0:
            grades.setdefault(fields[0], {})[fields[1]] = grade
    found = []
    for number, line in _lines(queries):
        try:
            row = json.loads(line)
            id_, text = str(row["_id"]), str(row["text"])
            lang, kind = str(row.get("lang", "?")), str(row.get("kind", "?"))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            said = say("no object with _id and text: {error}", error=error)
            raise _bad(queries, number, said) from error
        if id_ in grades:
            found.append(JudgedQuery(id_, text, lang, kind, grades[id_]))
    if not found:
        raise EvaluationError(
            say(
                "no query of {queries} has a judgement in {judgements}",
                queries=queries,
                judgements=judgements,
            ),
            say("check that the ids agree"),
        )
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            say("{path} cannot be read: {error}", path=path, error=error),
            say("check path and encoding"),
        ) from error
    # Not splitlines: JSON texts may hold separators that Python, unlike JSON, ends a line at.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _bad(path: Path, line: int, said: Message) -> EvaluationError:
    return EvaluationError(
        say("{path}:{line}: {problem}", path=path, line=line, problem=said),
        say("see: kb eval --help"),
    )


def _by_language(query: JudgedQuery) -> str:
    return f"lang={query.lang}"


def _by_kind(query: JudgedQuery) -> str:
    return f"kind={query.kind}"


def _by_both(query: JudgedQuery) -> str:
    return f"{query.lang}/{query.kind}"
