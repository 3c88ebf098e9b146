"""Queries -> answers: phrases, exclusions, modes, corrections, order, and the numbers of a hit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from indexer.exchange import Hit, Mode
from tests.conftest import write_document
from tests.opened import Opened
from tests.searching.conftest import DOCUMENTS

WALLET, CERTIFICATE = "retros/wallet.md", "retros/certificate.md"
ROLLBACK, CHINESE, PLAIN = "sops/rollback.md", "lessons/上线.md", "notes/plain.md"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("wallet provider", WALLET),
        ("expired certificates", CERTIFICATE),
        ("roll back", ROLLBACK),
        ("延期", CHINESE),
        ("E429", PLAIN),
        ("e429", PLAIN),
        ("ask for a date in writing", WALLET),
    ],
)
def test_words_find_their_document(opened: Opened, typed: str, first: str) -> None:
    answer = opened.search(typed, refuse=True)
    assert answer.hits[0].document.path == first
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1.0001 for score in scores)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ('"way back"', {ROLLBACK}),
        ('"back way"', set()),
        ('"launch slipped"', {WALLET}),  # in a title
        ('"the WAY  back"', {ROLLBACK}),
        ("“way back”", {ROLLBACK}),
        ('"上线延期"', {CHINESE}),
        ('"延期上线"', set()),
        ('"date" "provider"', {WALLET}),
        ("launch -wallet", {ROLLBACK, PLAIN}),
        ('launch -"way back" -checklist', {WALLET}),
        ("日期 -延期", set()),
        ("launch -launches", set()),  # a word counts in all its forms
    ],
)
def test_phrases_and_exclusions(opened: Opened, typed: str, wanted: set[str]) -> None:
    assert set(opened.paths(typed, mode=Mode.LEXICAL)) == wanted
    assert set(opened.paths(typed)) - wanted == {
        path for path in opened.paths(typed) if path not in wanted
    }


def test_an_exclusion_holds_for_meaning_too(opened: Opened) -> None:
    assert WALLET not in opened.paths("launch -wallet", mode=Mode.SEMANTIC)
    assert set(opened.paths('"way back" launch', mode=Mode.SEMANTIC)) == {ROLLBACK}


def test_modes(opened: Opened) -> None:
    lexical = opened.search("certificate", mode=Mode.LEXICAL)
    assert [hit.document.path for hit in lexical.hits] == [CERTIFICATE]
    assert not lexical.semantic
    why = lexical.hits[0].explanation
    assert (why.semantic_rank, why.semantic_score, why.semantic_weight) == (None, None, 0.0)
    assert (why.lexical_rank, why.lexical_score, why.coverage) == (1, 1.0, 1.0)
    semantic = opened.search("certificate", mode=Mode.SEMANTIC)
    assert semantic.hits[0].document.path == CERTIFICATE
    assert all(hit.explanation.lexical_rank is None for hit in semantic.hits)
    assert semantic.hits[0].explanation.semantic_weight == 1.0


def test_an_explanation_adds_up_to_the_score(opened: Opened) -> None:
    for typed in ("launch date", "certificate", "who rehearses the rollback", "日期 launch"):
        for hit in opened.search(typed).hits:
            why = hit.explanation
            meaning = why.semantic_score or 0.0
            reckoned = (1 - why.semantic_weight) * why.lexical_score + why.semantic_weight * meaning
            assert hit.score == pytest.approx(reckoned), typed
            assert 0 <= why.coverage <= 1
            assert (why.lexical_rank is None) == (why.lexical_score == 0)


def test_ranks_of_the_lanes_are_those_of_the_lanes_alone(opened: Opened) -> None:
    hits = opened.search("launch date").hits
    alone = {
        hit.document.path: hit.rank for hit in opened.search("launch date", mode=Mode.LEXICAL).hits
    }
    assert {
        h.document.path: h.explanation.lexical_rank for h in hits if h.explanation.lexical_rank
    } == alone


def test_a_hit_points_into_its_file(opened: Opened) -> None:
    for typed in ("provider date", "watching", "rehearse", "延期", "E429 hangs"):
        hit = opened.search(typed).hits[0]
        lines = DOCUMENTS[hit.document.path].split("\n")
        assert hit.chunk.start <= hit.line <= hit.chunk.end <= len(lines)
        begin = hit.passage.split("…")[0] or hit.passage.split("…")[1]
        assert begin.split()[0] in lines[hit.line - 1]
        for start, end in hit.highlights:
            assert 0 <= start < end <= len(hit.passage)
        marked = [hit.passage[start:end].lower() for start, end in hit.highlights]
        assert any(part in typed.lower() for part in marked), (typed, marked)


def test_a_misspelt_word_is_searched_for_as_it_was_meant(opened: Opened) -> None:
    answer = opened.search("certifcate expierd")
    assert answer.hits[0].document.path == CERTIFICATE
    assert [(c.typed, c.meant) for c in answer.corrections] == [
        ("certifcate", "certificate"),
        ("expierd", "expired"),
    ]
    assert opened.search("certificate").corrections == ()


def test_gone_files_are_never_shown(opened: Opened) -> None:
    for mode in Mode:
        assert WALLET in opened.paths("wallet launch", mode=mode)
        found = opened.paths("wallet launch", mode=mode, gone=(WALLET,))
        assert WALLET not in found
        assert ROLLBACK in found
    everything = tuple(DOCUMENTS)
    assert opened.paths("wallet launch", gone=everything) == []


def test_limit_cuts_the_same_ranking(opened: Opened) -> None:
    whole = opened.paths("launch date")
    assert len(whole) >= 4
    for limit in range(1, len(whole)):
        assert opened.paths("launch date", limit=limit) == whole[:limit]


@pytest.mark.parametrize("typed", ["xqzv plorf wibble", "quantum chromodynamics", "今天天气怎么样"])
def test_nothing_relevant_is_an_answer(opened: Opened, typed: str) -> None:
    answer = opened.search(typed, refuse=True)
    assert answer.hits == ()
    assert answer.refused.startswith("the best passage holds ")


def test_the_order_of_arrival_does_not_matter(opened: Opened, tmp_path: Path) -> None:
    """Files that came one by one, in another order, with edits between, rank the same."""
    paths = list(DOCUMENTS)
    random.Random(5).shuffle(paths)
    other = Opened(tmp_path)
    for path in paths:
        write_document(tmp_path, path, "# Draft\n\nlaunch launch launch launch")
        other.run()
        write_document(tmp_path, path, DOCUMENTS[path])
        other.run()
    for typed in ("launch date", "certificate", "rehearse the rollback", "日期", "E429"):
        mine, theirs = opened.search(typed, limit=100).hits, other.search(typed, limit=100).hits
        assert [h.score for h in theirs] == pytest.approx([h.score for h in mine]), typed
        assert sorted(map(_place, theirs)) == sorted(map(_place, mine)), typed


def _place(hit: Hit) -> tuple[float, str, str]:
    return round(hit.score, 5), hit.document.path, hit.passage


@pytest.mark.parametrize(
    "typed",
    ['launch AND "', "NEAR(launch date)", "title:launch", "launch*", "launch ^x", "'; -- launch"],
)
def test_what_looks_like_fts5_is_text(opened: Opened, typed: str) -> None:
    assert len(opened.paths(typed, mode=Mode.LEXICAL)) >= 3
