"""``kb eval``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.language import spoken
from indexer.cli.shapes import mode_option
from indexer.cli.terminal import Session, print_json, printable, progress_bar
from indexer.columns import padded
from indexer.errors import EvaluationError
from indexer.evaluation import Evaluation, evaluate, read_queries
from indexer.exchange import Filters, Mode
from indexer.message import Message, say
from indexer.metrics import Scores
from indexer.query import parse_query

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "eval",
    epilog="""\b
Examples:
  kb eval --queries queries.jsonl --qrels qrels.tsv
  kb eval --queries queries.jsonl --qrels qrels.tsv --run run.tsv --misses 10
  kb eval --queries queries.jsonl --qrels qrels.tsv --mode lexical --json

Queries: one JSON object a line with _id, text and, if wanted, lang and kind. Judgements: a header
line, then query id, path relative to kb/ and grade (0 to 3), tab-separated. The run file has query
id, path, rank and score.""",
)
@click.option("--queries", type=_FILE, required=True, help="The queries, JSON lines.")
@click.option("--qrels", type=_FILE, required=True, help="The judgements, tab-separated.")
@click.option("--run", type=click.Path(dir_okay=False, path_type=Path), help="Write a run file.")
@mode_option
@click.option(
    "--refuse", is_flag=True, help="Let 'nothing relevant' be an answer, as in kb search."
)
@click.option("--misses", type=click.IntRange(1), metavar="N", help="List the N worst queries.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    queries: Path,
    qrels: Path,
    run: Path | None,
    mode: str,
    refuse: bool,
    misses: int | None,
    as_json: bool,
) -> None:
    """Measure the search on judged queries: NDCG@10, Recall@10, MRR@10.

    Figures are given over all queries and by language and kind. Files are compared with the index
    as it is; run kb index first.
    """
    session: Session = ctx.obj
    judged = read_queries(queries, qrels)
    wiki = session.wiki()
    with wiki.open() as opened, progress_bar() as bar:

        def search(text: str) -> list[tuple[str, float]]:
            answer = opened.search(
                parse_query(text), limit=10, filters=Filters(), mode=Mode(mode), refuse=refuse
            )
            return [(hit.document.path, hit.score) for hit in answer.hits]

        evaluation = evaluate(judged, search, bar)
        if opened.hindrance and mode != Mode.LEXICAL.value:
            bar.notice(opened.hindrance)
    if run:
        try:
            run.write_text("".join(evaluation.run_lines()), encoding="utf-8")
        except OSError as error:
            raise EvaluationError(
                say("{path} cannot be written: {error}", path=run, error=error.strerror or error),
                say("choose another place with --run"),
            ) from error
    if as_json:
        print_json(_as_json(evaluation, mode, misses))
    else:
        _print(evaluation, misses)


def _print(evaluation: Evaluation, misses: int | None) -> None:
    group = padded(spoken(say("group")), 22)
    queries = padded(spoken(say("queries")), 8, before=True)
    click.echo(f"{group}{queries}{'NDCG@10':>9}{'R@10':>8}{'MRR@10':>8}")
    for name, (count, scores) in evaluation.groups().items():
        figures = f"{scores.ndcg:>9.3f}{scores.recall:>8.3f}{scores.mrr:>8.3f}"
        click.echo(f"{padded(printable(name), 22)}{count:>8}{figures}")
    for result in evaluation.misses(misses) if misses else ():
        query = result.query
        click.echo(f"\n{result.scores.ndcg:.3f}  {printable(f'{query.id} {query.text}')}")
        ranks = {path: rank for rank, (path, _) in enumerate(result.ranking, start=1)}
        for path, grade in sorted(query.judged.items(), key=lambda item: -item[1]):
            rank = ranks.get(path, "–")
            _print_below(
                say("grade {grade}, rank {rank:>2}: {path}", grade=grade, rank=rank, path=path)
            )
        for place, (path, _) in enumerate(result.ranking[:3], start=1):
            _print_below(say("found {rank}: {path}", rank=place, path=path))


def _print_below(message: Message) -> None:
    click.echo(f"       {printable(spoken(message))}")


def _as_json(evaluation: Evaluation, mode: str, misses: int | None) -> dict[str, object]:
    def figures(count: int, scores: Scores) -> dict[str, float]:
        return {
            "queries": count,
            "ndcg@10": round(scores.ndcg, 4),
            "recall@10": round(scores.recall, 4),
            "mrr@10": round(scores.mrr, 4),
        }

    row: dict[str, object] = {
        "version": 1,
        "mode": mode,
        "groups": {name: figures(*group) for name, group in evaluation.groups().items()},
    }
    if misses:
        row["misses"] = [
            {
                "id": result.query.id,
                "text": result.query.text,
                "ndcg@10": round(result.scores.ndcg, 4),
                "judged": dict(result.query.judged),
                "found": [path for path, _ in result.ranking],
            }
            for result in evaluation.misses(misses)
        ]
    return row
