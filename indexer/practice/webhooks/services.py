"""Every kind of webhook: how it writes a message, how it signs, which answers are refusals.

Many answer 200 whatever became of the message, and tell in the body. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from indexer.message import NOTHING, Message, say
from indexer.practice.webhooks import dingtalk, feishu, plain_json, slack, teams, wecom
from indexer.practice.webhooks.bulletin import Bulletin, Json, encoded


class Answer(NamedTuple):
    """What a service answered; ``body`` is as much of it as anybody reads."""

    status: int
    kind: str  # its content type
    body: str


class Signed(NamedTuple):
    """What is sent: the body, and what comes to the address and the headers."""

    body: bytes
    query: Mapping[str, str] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})


class Service(NamedTuple):
    """One kind. ``signed`` takes the message, the secret (empty: none) and the time in seconds;
    ``refusal`` tells why a message was not taken, with nothing if it was.
    """

    message: Callable[[Bulletin], Json]
    signed: Callable[[Json, str, float], Signed]
    refusal: Callable[[Answer], Message]


def _unsigned(message: Json, _secret: str, _now: float) -> Signed:
    return Signed(encoded(message))


def _of_dingtalk(message: Json, secret: str, now: float) -> Signed:
    return Signed(encoded(message), dingtalk.signature(secret, now) if secret else {})


def _of_feishu(message: Json, secret: str, now: float) -> Signed:
    return Signed(encoded({**feishu.signature(secret, now), **message} if secret else message))


def _of_json(message: Json, secret: str, _now: float) -> Signed:
    body = encoded(message)
    return Signed(body, {}, plain_json.signature(secret, body) if secret else {})


def _coded(*codes: str) -> Callable[[Answer], Message]:
    """Of services that answer with JSON, a code of 0 in the first of these fields that is there."""

    def refusal(answer: Answer) -> Message:
        said = _object(answer.body)
        code = next((said[name] for name in codes if name in said), None)
        if code is None:
            return say("what it answered is not of this service")
        if code == 0 and not isinstance(code, bool):
            return NOTHING
        texts = (said.get(name) for name in ("errmsg", "msg", "StatusMessage"))
        why = next((text for text in texts if isinstance(text, str)), "")
        return say("code {code}: {reason}", code=str(code)[:40], reason=why)

    return refusal


def _of_slack(answer: Answer) -> Message:
    return NOTHING if answer.body.strip() == "ok" else say("it said: {text}", text=answer.body)


def _of_teams(answer: Answer) -> Message:
    if _is_page(answer):
        return say("what it answered is not of this service")
    taken = answer.status == 202 or answer.body.strip() in {"", "1"}
    return NOTHING if taken else say("it said: {text}", text=answer.body)


def _of_any(answer: Answer) -> Message:
    return say("it answered with a web page") if _is_page(answer) else NOTHING


def _is_page(answer: Answer) -> bool:
    return "html" in answer.kind.lower() or answer.body.lstrip().startswith("<")


def _object(text: str) -> Mapping[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "wecom": Service(wecom.message, _unsigned, _coded("errcode")),
        "dingtalk": Service(dingtalk.message, _of_dingtalk, _coded("errcode")),
        "feishu": Service(feishu.message, _of_feishu, _coded("code", "StatusCode")),
        "slack": Service(slack.message, _unsigned, _of_slack),
        "teams": Service(teams.message, _unsigned, _of_teams),
        "json": Service(plain_json.message, _of_json, _of_any),
    }
)
