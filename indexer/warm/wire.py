"""Requests and responses of a search as lines of JSON: what passes over the socket.

A line is one value. Whoever asks sends a request and gets lines back: empty ones while the answer
is being made, then the response. Decoding trusts nothing: whatever is not as it was agreed is a
WireError. It opens no socket.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from indexer import __version__
from indexer.exchange import (
    Answer,
    Correction,
    Expansion,
    Explanation,
    Filters,
    Hit,
    Mode,
    Request,
    Response,
)
from indexer.freshness import Freshness
from indexer.message import Message, as_plain, from_plain
from indexer.model import DueDate, DueKind, Metadata, StoredChunk, StoredDocument

MAX_REQUEST_BYTES = 100_000
MAX_RESPONSE_BYTES = 50_000_000
"""A thousand hits with their passages are a tenth of it."""

STILL_WORKING = b"\n"

_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What taking a value apart raises when it is not as it was agreed."""


class WireError(Exception):
    """A line that is no request, or no response, of this version."""


def encode_request(request: Request, root: str) -> bytes:
    """``root`` and the version let the other end refuse what is not meant for it."""
    return _line({"version": __version__, "root": root, "request": request})


def decode_request(line: bytes, root: str) -> Request:
    """Raises WireError, also for another version or another root."""
    try:
        value = json.loads(line)
        if value["version"] != __version__ or value["root"] != root:
            raise WireError("not meant for this process")
        text, limit, filters, mode = value["request"]
        types, tags, owners, projects, statuses, since, until = filters
        if not (isinstance(text, str) and isinstance(limit, int) and limit > 0):
            raise WireError("no query, or no limit")
        wanted = Filters(
            _texts(types),
            _texts(tags),
            _texts(owners),
            _texts(projects),
            _texts(statuses),
            _date(since),
            _date(until),
        )
        return Request(text, limit, wanted, Mode(mode))
    except _MALFORMED as error:
        raise WireError(str(error)) from error


def encode_response(response: Response) -> bytes:
    return _line(response)


def encode_refusal() -> bytes:
    """There is no answer here; whoever asked finds out why by looking for it itself."""
    return _line(None)


def decode_response(line: bytes) -> Response:
    """Raises WireError, also for a refusal."""
    try:
        answer, freshness, hindrance = json.loads(line)
        waiting, removed, brought_in, hindered = freshness
        return Response(
            _answer(answer),
            Freshness(int(waiting), frozenset(removed), int(brought_in), _message(hindered)),
            _message(hindrance),
        )
    except _MALFORMED as error:
        raise WireError(str(error)) from error


def _line(value: object) -> bytes:
    return json.dumps(_plain(value), ensure_ascii=False).encode(errors="surrogatepass") + b"\n"


def _plain(value: Any) -> object:
    """Named tuples become lists, field by field; a message keeps what it was made of."""
    if isinstance(value, Message):
        return as_plain(value)
    if isinstance(value, Mode):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | frozenset):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _answer(value: Any) -> Answer:
    hits, corrections, expansions, semantic, refused = value
    return Answer(
        tuple(map(_hit, hits)),
        tuple(Correction(_text(typed), _text(meant)) for typed, meant in corrections),
        tuple(Expansion(_text(typed), _texts(names)) for typed, names in expansions),
        bool(semantic),
        _message(refused),
    )


def _hit(value: Any) -> Hit:
    rank, score, document, chunk, passage, highlights, line, explanation = value
    return Hit(
        int(rank),
        float(score),
        _document(*document),
        _chunk(*chunk),
        _text(passage),
        tuple((int(start), int(end)) for start, end in highlights),
        int(line),
        _explanation(*explanation),
    )


def _document(id_: int, path: str, metadata: Any, due: Any, successors: Any) -> StoredDocument:
    title, type_, date, owner, project, status, tags = metadata
    told = Metadata(
        _text(title),
        _text(type_),
        _date(date),
        _text(owner),
        _text(project),
        _text(status),
        _texts(tags),
    )
    falls_due = tuple(
        DueDate(DueKind(kind), dt.date.fromisoformat(day), int(line)) for kind, day, line in due
    )
    return StoredDocument(int(id_), _text(path), told, falls_due, _texts(successors))


def _chunk(
    id_: int, document: int, headings: Any, anchor: str, start: int, end: int, text: str
) -> StoredChunk:
    place = (_texts(headings), _text(anchor), int(start), int(end))
    return StoredChunk(int(id_), int(document), *place, _text(text))


def _explanation(matched: Any, expanded: Any, *figures: Any) -> Explanation:
    lexical, lexical_rank, semantic, semantic_rank, weight, coverage = figures
    return Explanation(
        _texts(matched),
        _texts(expanded),
        float(lexical),
        None if lexical_rank is None else int(lexical_rank),
        None if semantic is None else float(semantic),
        None if semantic_rank is None else int(semantic_rank),
        float(weight),
        float(coverage),
    )


def _message(value: Any) -> Message:
    template, fields = value
    return from_plain(_text(template), fields)


def _date(value: Any) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)
