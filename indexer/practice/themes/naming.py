"""The name of a theme: a readable phrase out of its own texts. Pure.

Phrases that people wrote as names of what they learned (causes of a front matter, titles of
lessons) stand against pieces of their sentences: in English short sentences, and up to four words
that several documents share, in Chinese the clause between two punctuation marks. The one whose
words are most typical of the theme, often in it and seldom elsewhere, names it. It makes up no word
and knows no model.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.stop_words import is_stop_term
from indexer.tokens import HAN, has_han, is_cjk, terms

CHINESE, ENGLISH = "zh", "en"

_WRITTEN = 2.5  # times as good as a piece of a sentence: somebody meant it as a name
_TITLE = 0.5  # of one event: it names that one, with its company and its day
_ONE_WORD = 0.3  # a name says more than a topic
_MOST_WORDS = 4
_LONGEST = 60  # characters of a name
_SHORTEST_CLAUSE, _LONGEST_CLAUSE = 4, 16  # characters
_FEWEST_WORDS, _CLAUSE_WORDS = 3, 9
_READ = 1500  # characters of a passage: what it is about is said by then
_LEAST_END = 0.3  # of the weight of the phrase's best word: no "due to" before it
_LEAST_SHARE = 0.3  # Han among letters, from which on a text is Chinese

_HAN_RUN = re.compile(rf"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'’+#/.-]*[A-Za-z0-9+#]|[A-Za-z]")
_ENGLISH_PIECE = re.compile(r"[.,;:!?()\[\]{}\"“”|<>*_`\n—–]+|\s-\s")
_CHINESE_PIECE = re.compile(r"[，。；：！？、（）()\[\]【】《》“”‘’\"|<>*_`\n,;:!?—…]+|\.\s")
_URL = re.compile(r"https?://\S+")


class Text(NamedTuple):
    """What a passage says, for naming: ``lesson`` is a phrase that names what was learned, or a
    cause, if there is one; ``document`` is whose it is, ``said`` as much as is read of it.
    """

    document: str
    title: str
    lesson: str
    said: str


def text_of(document: str, title: str, body: str, lesson: str = "") -> Text:
    """Without addresses, which are nobody's words."""
    parts = (lesson, "" if title == lesson else title, body[:_READ])
    return Text(document, title, lesson, _URL.sub(" ", "\n".join(filter(None, parts))))


class Background(NamedTuple):
    """In how many of all documents each term stands."""

    documents: int
    counts: Mapping[str, int]


def background(texts: Iterable[Text]) -> Background:
    """Of all passages, those in no theme too: what is typical is told against these."""
    by_document: dict[str, set[str]] = {}
    for text in texts:
        by_document.setdefault(text.document, set()).update(_telling(text))
    counts = Counter(term for found in by_document.values() for term in found)
    return Background(len(by_document), counts)


def language(texts: Sequence[Text]) -> str:
    """That of most of the documents; English where they are as many."""
    chinese = {t.document for t in texts if _is_chinese(t.said)}
    return CHINESE if 2 * len(chinese) > len({text.document for text in texts}) else ENGLISH


def name(texts: Sequence[Text], whole: Background, taken: Iterable[str] = ()) -> str:
    """The best phrase in the theme's language that is not ``taken``; the same texts, the same name.

    Where no words are typical, the first lesson or cause, or else the first title.
    """
    spoken = language(texts)
    weights = _weights(texts, whole)
    used = {phrase.casefold() for phrase in taken}
    found = [
        (-_worth(phrase, weights) * factor, len(phrase), phrase)
        for phrase, factor in _candidates(texts, spoken, weights).items()
        if phrase.casefold() not in used
    ]
    best = min(found, default=None)
    if best is not None and best[0] < 0:
        return best[2]
    named = [text.lesson for text in texts] + [text.title for text in texts]
    left = (phrase for phrase in map(_cut, named) if phrase and phrase.casefold() not in used)
    return next(left, _cut(named[-1]))


def _cut(phrase: str) -> str:
    """A long one ends behind a word, and shows that it goes on."""
    if len(phrase) <= _LONGEST:
        return phrase
    begun = phrase[: _LONGEST - 1]
    words = begun.rpartition(" ")[0]
    return f"{words if len(words) > _LONGEST // 2 else begun}…"


def _is_chinese(text: str) -> bool:
    han, latin = len(_HAN_RUN.findall(text)), len(_LATIN_WORD.findall(text))
    return han > _LEAST_SHARE * (han + latin)


@functools.lru_cache(maxsize=16384)
def _telling(text: Text) -> frozenset[str]:
    """Terms of a text without stop words; of Chinese the pairs, for one character says little."""
    return frozenset(term for term in terms(text.said) if _tells(term))


@functools.lru_cache(maxsize=65536)
def _tells(term: str) -> bool:
    if is_cjk(term):
        return len(term) == 2 and not any(map(is_stop_term, (term, *term)))
    return len(term) > 1 and not term[0].isdigit() and not is_stop_term(term)


def _weights(texts: Sequence[Text], whole: Background) -> dict[str, float]:
    """What each term tells of this theme: its share of the documents here, times how many times
    that is its share of all (the theme's part of Kullback and Leibler's divergence).
    """
    by_document: dict[str, set[str]] = {}
    for text in texts:
        by_document.setdefault(text.document, set()).update(_telling(text))
    counts = Counter(term for found in by_document.values() for term in found)
    weights = {}
    for term, count in counts.items():
        share = count / len(by_document)
        everywhere = whole.counts.get(term, count) / max(1, whole.documents)
        if count > 1 and share > everywhere:
            weights[term] = share * share * math.log(share / everywhere)
    return weights


def _worth(phrase: str, weights: Mapping[str, float]) -> float:
    """The weights of its terms, over the square root of their number: each must earn its place."""
    found = {term for term in terms(phrase) if _tells(term)}
    return sum(weights.get(term, 0.0) for term in found) / math.sqrt(max(2, len(found)))


def _candidates(
    texts: Sequence[Text], spoken: str, weights: Mapping[str, float]
) -> dict[str, float]:
    """Phrases in the language, and how much more than its words each counts. What is a piece of an
    event's title speaks of that event, wherever else it stands.
    """
    if spoken == CHINESE:
        pieces = {piece for text in texts for piece in _clauses(text)}
        found = dict.fromkeys(sorted(pieces), 1.0)
    else:
        sentences = {piece for text in texts for piece in _short_sentences(text)}
        found = {**dict.fromkeys(sorted(sentences), 1.0), **_shared_words(texts, weights)}
    events = " | ".join(text.title.casefold() for text in texts if text.title != text.lesson)
    found = {phrase: worth for phrase, worth in found.items() if phrase.casefold() not in events}
    named = [(text.title, _TITLE) for text in texts] + [(t.lesson, _WRITTEN) for t in texts]
    for phrase, factor in named:
        shown = " ".join(phrase.split()).strip("。.，, ")
        if shown and len(shown) <= _LONGEST and _is_chinese(shown) == (spoken == CHINESE):
            found[shown] = max(factor, found.get(shown, 0.0))
    return found


def _clauses(text: Text) -> Iterator[str]:
    for piece in _CHINESE_PIECE.split(text.said):
        shown = piece.strip(" 0123456789.-#\t")
        if _SHORTEST_CLAUSE <= len(shown) <= _LONGEST_CLAUSE and has_han(shown):
            yield shown


def _short_sentences(text: Text) -> Iterator[str]:
    for piece in _ENGLISH_PIECE.split(text.said):
        shown = " ".join(piece.split())
        few = _FEWEST_WORDS <= len(_LATIN_WORD.findall(shown)) <= _CLAUSE_WORDS
        if few and len(shown) <= _LONGEST and shown[0].isupper():
            yield shown


def _shared_words(texts: Sequence[Text], weights: Mapping[str, float]) -> dict[str, float]:
    """Runs of words that at least two documents have, as most of them write them; a run in all
    documents counts twice.
    """
    documents: dict[str, set[str]] = {}
    spellings: dict[str, Counter[str]] = {}
    for text in texts:
        for phrase in _runs(text, weights):
            key = phrase.casefold()
            documents.setdefault(key, set()).add(text.document)
            spellings.setdefault(key, Counter())[phrase] += 1
    count = len({text.document for text in texts})
    return {
        min(spellings[key].items(), key=lambda item: (-item[1], item[0]))[0]: (
            (1 + len(own) / count) * (1 if " " in key else _ONE_WORD)
        )
        for key, own in documents.items()
        if len(own) > 1
    }


def _runs(text: Text, weights: Mapping[str, float]) -> Iterator[str]:
    """Up to four words that begin and end with one that says something of the theme."""
    for piece in _ENGLISH_PIECE.split(text.said):
        words = _LATIN_WORD.findall(piece)
        worth = [weights.get(_term(word), 0.0) for word in words]
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + _MOST_WORDS) + 1):
                least = _LEAST_END * max(worth[start:end])
                if worth[start] > 0 and min(worth[start], worth[end - 1]) >= least:
                    yield " ".join(words[start:end])


@functools.lru_cache(maxsize=16384)
def _term(word: str) -> str:
    """The term of a whole word; empty if it tells nothing."""
    found = terms(word)
    return found[0] if found and _tells(found[0]) else ""
