"""What passes over the socket comes out as it went in, and nothing else is taken for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from indexer.message import Message, say
from indexer.model import Metadata, StoredChunk, StoredDocument
from indexer.warm import wire

ROOT = "/somewhere"

_TEXT = st.text(max_size=20)
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
_INTEGER = st.integers(0, 2**40)
_SHARE = st.floats(0, 1)
_DATE = st.none() | st.dates()
_MESSAGE = st.builds(
    lambda name, number: say("{name} has {number}", name=name, number=number),
    _TEXT | st.builds(lambda inner: say("“{inner}”", inner=inner), _TEXT),
    _INTEGER,
)
_REQUEST = st.builds(
    Request,
    _TEXT,
    st.integers(1, 1000),
    st.builds(Filters, _TEXTS, _TEXTS, _TEXTS, _TEXTS, _TEXTS, _DATE, _DATE),
    st.sampled_from(Mode),
)
_METADATA = st.builds(Metadata, _TEXT, _TEXT, _DATE, _TEXT, _TEXT, _TEXT, _TEXTS)
_HIT = st.builds(
    Hit,
    _INTEGER,
    _SHARE,
    st.builds(StoredDocument, _INTEGER, _TEXT, _METADATA),
    st.builds(StoredChunk, _INTEGER, _INTEGER, _TEXTS, _TEXT, _INTEGER, _INTEGER, _TEXT),
    _TEXT,
    st.lists(st.tuples(_INTEGER, _INTEGER), max_size=2).map(tuple),
    _INTEGER,
    st.builds(
        Explanation,
        *(_TEXTS, _TEXTS, _SHARE, st.none() | _INTEGER, st.none() | _SHARE, st.none() | _INTEGER),
        *(_SHARE, _SHARE),
    ),
)
_RESPONSE = st.builds(
    Response,
    st.builds(
        Answer,
        st.lists(_HIT, max_size=2).map(tuple),
        st.lists(st.builds(Correction, _TEXT, _TEXT), max_size=2).map(tuple),
        st.lists(st.builds(Expansion, _TEXT, _TEXTS), max_size=2).map(tuple),
        st.booleans(),
        _MESSAGE,
    ),
    st.builds(Freshness, _INTEGER, st.frozensets(_TEXT, max_size=2), _INTEGER, _MESSAGE),
    _MESSAGE,
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_TEXT, inner, max_size=3),
)


def _templates(value: object) -> list[object]:
    """Template and fields of every message inside; equality of texts does not look at them."""
    if isinstance(value, Message):
        return [value.template, dict(value.fields), *map(_templates, value.fields.values())]
    return [_templates(item) for item in value] if isinstance(value, tuple) else []


@given(_REQUEST)
def test_a_request_comes_out_as_it_went_in(request: Request) -> None:
    line = wire.encode_request(request, ROOT)
    assert line.count(b"\n") == 1
    assert wire.decode_request(line, ROOT) == request


@given(_RESPONSE)
def test_a_response_comes_out_as_it_went_in(response: Response) -> None:
    line = wire.encode_response(response)
    assert line.count(b"\n") == 1
    decoded = wire.decode_response(line)
    assert decoded == response
    assert _templates(decoded) == _templates(response)


@given(st.binary(max_size=60) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_refused(line: bytes) -> None:
    for decode in (wire.decode_response, lambda text: wire.decode_request(text, ROOT)):
        with pytest.raises(wire.WireError):
            decode(line)


@given(_RESPONSE, st.data())
def test_a_response_with_something_else_in_a_place_is_one_or_refused(
    response: Response, data: st.DataObject
) -> None:
    value = json.loads(wire.encode_response(response))
    places = list(_places(value))
    container, key = data.draw(st.sampled_from(places), label="place")
    container[key] = data.draw(_JSON, label="value")
    try:
        decoded = wire.decode_response(json.dumps(value).encode())
    except wire.WireError:
        return
    wire.decode_response(wire.encode_response(decoded))


def test_another_version_and_another_root_are_refused() -> None:
    line = wire.encode_request(Request("rollback"), ROOT)
    with pytest.raises(wire.WireError):
        wire.decode_request(line, "/elsewhere")
    other = json.loads(line) | {"version": "0.0.0"}
    with pytest.raises(wire.WireError):
        wire.decode_request(json.dumps(other).encode(), ROOT)


def test_a_refusal_is_no_response() -> None:
    with pytest.raises(wire.WireError):
        wire.decode_response(wire.encode_refusal())


def _places(value: Any) -> Any:
    """Every item of the lists and mappings inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield value, key
        if isinstance(item, list | dict):
            yield from _places(item)
