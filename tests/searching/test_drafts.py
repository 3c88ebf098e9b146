"""Whether a whole draft is told what concerns it: many words are no reason to refuse it."""

from __future__ import annotations

from indexer.relevance import Signals, is_noise, of_draft

_RANGE = (0.0105, 0.58)


def test_a_long_draft_near_to_a_document_is_no_noise() -> None:
    draft = Signals(0.08, 0.72, _RANGE)  # of a retro of 300 words, and one much like it
    assert is_noise(draft)
    assert not is_noise(of_draft(draft))


def test_a_draft_about_something_else_is_refused() -> None:
    assert is_noise(of_draft(Signals(0.30, 0.42, _RANGE)))  # how to bake bread
    assert is_noise(of_draft(Signals(0.10, None)))  # words alone
    assert is_noise(of_draft(Signals(0.05, 0.9, sureness=1.0)))
