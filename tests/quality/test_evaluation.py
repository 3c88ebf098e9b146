"""Files of judged queries -> figures and a run file; every line that is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import EvaluationError
from indexer.evaluation import JudgedQuery, evaluate, read_queries

QUERIES = (
    '{"_id": "q1", "text": "launch delay", "lang": "en", "kind": "keyword"}\n'
    "\n"
    '{"_id": "q2", "text": "上线\u2028延期", "lang": "zh", "kind": "keyword"}\r\n'
    '{"_id": 3, "text": "rollback"}\n'
    '{"_id": "unjudged", "text": "nothing"}\n'
)
JUDGEMENTS = (
    "query-id\tpath\tgrade\nq1\ta b.md\t3\nq1\tb.md\t0\nq1\tc.md\t1\nq2\t上.md\t2\n3\td.md\t1\n"
)


def _read(tmp_path: Path, queries: str, judgements: str) -> list[JudgedQuery]:
    (tmp_path / "q.jsonl").write_bytes(queries.encode())
    (tmp_path / "r.tsv").write_bytes(judgements.encode())
    return read_queries(tmp_path / "q.jsonl", tmp_path / "r.tsv")


@pytest.mark.parametrize("header", ["", "\ufeff"])
def test_queries_with_their_judgements(tmp_path: Path, header: str) -> None:
    assert _read(tmp_path, header + QUERIES, header + JUDGEMENTS) == [
        JudgedQuery("q1", "launch delay", "en", "keyword", {"a b.md": 3, "c.md": 1}),
        JudgedQuery("q2", "上线\u2028延期", "zh", "keyword", {"上.md": 2}),
        JudgedQuery("3", "rollback", "?", "?", {"d.md": 1}),
    ]


@pytest.mark.parametrize(
    ("queries", "judgements", "said"),
    [
        ("not json\n", "q\tp\t1\n", r"q\.jsonl:1: no object with _id and text"),
        ('{"_id": "q"}\n', "q\tp\t1\n", r"q\.jsonl:1: no object"),
        ("[1]\n", "q\tp\t1\n", r"q\.jsonl:1: no object"),
        ('\n\n"text"\n', "q\tp\t1\n", r"q\.jsonl:3: no object"),
        (QUERIES, "q1\ta.md\n", r"r\.tsv:1: expected 3 tab-separated fields, got 2"),
        (QUERIES, "q1\ta.md\t1\nq1\ta.md\tgood\n", r"r\.tsv:2: the grade 'good' is no whole"),
        (QUERIES, "q1\ta.md\t1\nq1\ta.md\t--1\n", r"r\.tsv:2: the grade '--1' is no whole"),
        (QUERIES, "q1\ta.md\t1\nq1\ta.md\t²\n", r"r\.tsv:2: the grade '²' is no whole"),
        (QUERIES, "q1\ta.md\t0\n", "no query of .* has a judgement"),
        (QUERIES, "", "no query of .* has a judgement"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, queries: str, judgements: str, said: str) -> None:
    with pytest.raises(EvaluationError, match=said):
        _read(tmp_path, queries, judgements)


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "r.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_queries(tmp_path / "r.tsv", tmp_path / "r.tsv")
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_queries(tmp_path / "r.tsv", tmp_path)


def test_groups_misses_and_run_file() -> None:
    queries = [
        JudgedQuery("q1", "one", "en", "keyword", {"a.md": 3}),
        JudgedQuery("q2", "two", "zh", "keyword", {"b.md": 3}),
        JudgedQuery("q3", "three", "en", "question", {"c.md": 3}),
    ]
    answers = {"one": [("a.md", 0.9)], "two": [], "three": [("x.md", 0.5), ("c.md", 0.25)]}
    asked: list[tuple[str, int, int]] = []
    evaluation = evaluate(queries, answers.__getitem__, lambda *step: asked.append(step))
    assert asked == [("evaluate", 1, 3), ("evaluate", 2, 3), ("evaluate", 3, 3)]
    groups = evaluation.groups()
    assert list(groups) == [
        "all",
        *("lang=en", "lang=zh"),
        *("kind=keyword", "kind=question"),
        *("en/keyword", "en/question", "zh/keyword"),
    ]
    assert [count for count, _ in groups.values()] == [3, 2, 1, 2, 1, 1, 1, 1]
    assert groups["all"][1].mrr == pytest.approx(0.5)
    assert groups["lang=en"][1].mrr == pytest.approx(0.75)
    assert groups["zh/keyword"][1].ndcg == 0.0
    assert [r.query.id for r in evaluation.misses(2)] == ["q2", "q3"]
    assert "".join(evaluation.run_lines()) == (
        "q1\ta.md\t1\t0.900000\nq3\tx.md\t1\t0.500000\nq3\tc.md\t2\t0.250000\n"
    )
