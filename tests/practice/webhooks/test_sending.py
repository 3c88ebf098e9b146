"""Messages reach each service as it documents them, and whatever goes wrong is told and nothing
claimed. Against a real server on the loopback.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from itertools import chain, repeat

import pytest

from indexer.errors import NotSent
from indexer.practice.webhooks.bulletin import Bulletin, Json, Line, Part, encoded, inert
from indexer.practice.webhooks.sending import Credentials, Patience, credentials, send
from indexer.practice.webhooks.services import SERVICES
from indexer.webhook_settings import KINDS, SIGNED, Webhook
from tests.practice.webhooks import chat_server
from tests.practice.webhooks.chat_server import SECRET, TOKEN, Answering, Got, Reply, chat

SERVERS: dict[str, Answering] = {
    "wecom": chat_server.wecom,
    "dingtalk": chat_server.dingtalk,
    "feishu": chat_server.feishu,
    "slack": chat_server.slack,
    "teams": chat_server.teams,
    "json": chat_server.plain,
}
QUICK = Patience(connect=2.0, read=0.5, pause=0.01, longest_pause=1, answer=1.0)
HOSTILE = '<!channel> <@U1> @all <at user_id="all"></at> [x](https://evil.example) & <b> *y* 上线'


def bulletin(count: int = 3, text: str = HOSTILE) -> Bulletin:
    line = Line(inert(text), "https://wiki.example/retros/a%20b/", inert(text))
    parts = tuple(Part(heading, (line,) * count) for heading in ("New", "到期"))
    return Bulletin("Team wiki", "3 new", parts, lambda n: f"and {n} more", "zh")


def posted(kind: str, answering: Answering, said: Bulletin | None = None) -> list[Got]:
    """What the server got of one message to it. Raises NotSent."""
    hook = Webhook("team", kind, "KB_WEBHOOK_TEAM")
    message = SERVICES[kind].message(said or bulletin())
    with chat(answering) as server:
        secret = SECRET if kind in SIGNED else ""
        send(hook, message, Credentials(server.url, secret), QUICK)
    return server.got


def test_every_kind_has_its_service_and_its_server() -> None:
    assert tuple(SERVICES) == KINDS == tuple(SERVERS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 30, 2000])
def test_what_is_sent_is_taken(kind: str, count: int) -> None:
    (got,) = posted(kind, SERVERS[kind], bulletin(count))
    assert got.query["access_token"] == TOKEN
    assert got.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("kind", KINDS)
def test_what_finds_no_room_is_counted(kind: str) -> None:
    said = bulletin(2000)
    text = encoded(SERVICES[kind].message(said)).decode()
    shown = text.count("上线")
    assert "more" in text
    left = {int(word) for word in text.replace('"', " ").split() if word.isdigit()}
    assert shown > 2
    assert any(1000 < number < 2000 for number in left), left


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(_strings, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_strings, value))


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "slack"])
def test_text_of_documents_calls_nobody_and_links_nowhere(kind: str) -> None:
    shown = "\n".join(_strings(json.loads(encoded(SERVICES[kind].message(bulletin())))))
    assert "evil.example" in shown
    for mark in ("<!channel>", "<@U1>", "<at ", "](https://evil", "https://evil"):
        assert mark not in shown, mark
    if kind != "slack":
        assert "@all" not in shown


@pytest.mark.parametrize("kind", ["feishu", "teams"])
def test_where_text_is_only_text_it_stays_so(kind: str) -> None:
    message = json.loads(encoded(SERVICES[kind].message(bulletin())))
    kinds = {"feishu": '"tag": "at"', "teams": '"msteams"'}
    assert kinds[kind] not in json.dumps(message)
    assert any("<!channel>" in text for text in _strings(message))
    assert not any("https://evil" in text for text in _strings(message))


@pytest.mark.parametrize("kind", SIGNED)
def test_a_wrong_secret_is_told(kind: str) -> None:
    hook = Webhook("team", kind, "KB_WEBHOOK_TEAM")
    with chat(SERVERS[kind]) as server:
        known = Credentials(server.url, "SECwrong-secret")
        with pytest.raises(NotSent) as error:
            send(hook, SERVICES[kind].message(bulletin()), known, QUICK)
    assert "not sent" in error.value.message
    assert "SECwrong" not in str(error.value)


Refused = tuple[str, Answering, str]
HTML = {"Content-Type": "text/html"}
PAGE = "<!DOCTYPE html><title>Log in</title>"
REFUSED: dict[str, Refused] = {
    "wecom code": ("wecom", lambda _: Reply(200, '{"errcode": 45009}'), "code 45009"),
    "dingtalk code": (
        "dingtalk",
        lambda _: Reply(200, '{"errcode":310000,"errmsg":"x"}'),
        "310000",
    ),
    "feishu code": (
        "feishu",
        lambda _: Reply(200, '{"code":19024,"msg":"Key Words"}'),
        "Key Words",
    ),
    "feishu of old": ("feishu", lambda _: Reply(200, '{"StatusCode":1}'), "code 1"),
    "feishu false": ("feishu", lambda _: Reply(200, '{"code":false}'), "code False"),
    "slack word": ("slack", lambda _: Reply(403, "invalid_token"), "403: invalid_token"),
    "slack 200": ("slack", lambda _: Reply(200, "no_service"), "no_service"),
    "teams 200": ("teams", lambda _: Reply(200, "failed with HTTP error 413"), "error 413"),
    "html to wecom": ("wecom", lambda _: Reply(200, PAGE, HTML), "not of this service"),
    "html to teams": ("teams", lambda _: Reply(200, PAGE, HTML), "not of this service"),
    "html to json": ("json", lambda _: Reply(200, PAGE, HTML), "web page"),
    "html 404": ("json", lambda _: Reply(404, PAGE, HTML), "answered 404"),
    "other json": ("dingtalk", lambda _: Reply(200, "[1]"), "not of this service"),
    "deep json": ("dingtalk", lambda _: Reply(200, "[" * 60_000), "not of this service"),
    "redirect": ("json", lambda _: Reply(302, "", {"Location": "/other"}), "302, a redirect"),
    "500": ("json", lambda _: Reply(500, "boom"), "answered 500: boom"),
    "hang": ("json", lambda _: Reply(204, wait=3.0), "did not answer in time"),
    "hang up": ("json", lambda _: Reply(hang_up=True), "hung up"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_whatever_goes_wrong_is_told_without_the_address(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    kind, answering, told = REFUSED[name]
    with pytest.raises(NotSent) as error:
        posted(kind, answering)
    assert told in error.value.message
    everything = "".join(traceback.format_exception(error.value)) + "".join(capfd.readouterr())
    for secret in (TOKEN, SECRET, "127.0.0.1"):
        assert secret not in everything, secret


def test_a_service_that_repeats_the_address_does_not_betray_it() -> None:
    echo = Reply(200, json.dumps({"errcode": 1, "errmsg": f"bad /hook/{TOKEN} {SECRET}"}))
    with pytest.raises(NotSent) as error:
        posted("dingtalk", lambda _: echo)
    assert "bad /hook/*** ***" in error.value.message


def test_an_answer_cannot_steer_the_terminal_and_is_short() -> None:
    with pytest.raises(NotSent) as error:
        posted("slack", lambda _: Reply(400, "\x1b[2J" + "x" * 90_000))
    assert "\x1b" not in error.value.message
    assert len(error.value.message) < 400


def answers(*replies: Reply) -> Callable[[Got], Reply]:
    """One after the other, the last for ever."""
    each = chain(replies, repeat(replies[-1]))
    return lambda _: next(each)


def test_a_busy_service_is_asked_again() -> None:
    busy = Reply(429, "", {"Retry-After": "0"})
    assert len(posted("slack", answers(busy, Reply(503), Reply(200, "ok")))) == 3


def test_it_is_asked_so_often_and_no_more() -> None:
    counted: list[Got] = []

    def refuse(got: Got) -> Reply:
        counted.append(got)
        return Reply(503)

    with pytest.raises(NotSent, match="503"):
        posted("json", refuse)
    assert len(counted) == QUICK.tries


def test_a_long_retry_after_is_cut() -> None:
    slow = Reply(429, "", {"Retry-After": "86400"})
    assert len(posted("slack", answers(slow, Reply(200, "ok")))) == 2


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    seen: list[Got] = []

    def elsewhere(got: Got) -> Reply:
        seen.append(got)
        return Reply(status, "", {"Location": "/elsewhere"})

    with pytest.raises(NotSent):
        posted("json", elsewhere)
    assert [got.path for got in seen] == [f"/hook/{TOKEN}"]


def test_silence_is_not_asked_twice() -> None:
    seen: list[Got] = []

    def silent(got: Got) -> Reply:
        seen.append(got)
        return Reply(204, wait=3.0)

    with pytest.raises(NotSent, match="may have arrived"):
        posted("json", silent)
    assert len(seen) == 1


def test_nobody_there_is_told() -> None:
    with chat(lambda _: Reply()) as server:
        pass
    hook = Webhook("team", "json", "KB_WEBHOOK_TEAM")
    with pytest.raises(NotSent, match="cannot be reached"):
        send(hook, {"a": 1}, Credentials(server.url, ""), QUICK)


HOOK = Webhook("team", "dingtalk", "KB_WEBHOOK_TEAM", "KB_WEBHOOK_SECRET")


def test_credentials_come_from_the_environment() -> None:
    known = credentials(
        HOOK, {"KB_WEBHOOK_TEAM": f"https://a.example/{TOKEN}", "KB_WEBHOOK_SECRET": SECRET}
    )
    assert known == (f"https://a.example/{TOKEN}", SECRET)
    assert TOKEN not in f"{known!r} {known}"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x",
        "ftp://a.example/x",
        "https://",
        "a.example",
        "https://user:password@a.example/",
        "https://a.example/x y",
        "https://[::1/x",
        "https://a.example:port/",
        "http://127.0.0.1.evil.example/",
        "file:///etc/passwd",
    ],
)
def test_only_https_is_sent_to(url: str) -> None:
    with pytest.raises(NotSent) as error:
        credentials(HOOK, {"KB_WEBHOOK_TEAM": url, "KB_WEBHOOK_SECRET": SECRET})
    assert error.value.message == "KB_WEBHOOK_TEAM holds no https address, so nothing was sent"


@pytest.mark.parametrize("url", ["https://a.example", "http://localhost:8/x", "http://[::1]:8/"])
def test_these_may_be(url: str) -> None:
    credentials(HOOK, {"KB_WEBHOOK_TEAM": url, "KB_WEBHOOK_SECRET": SECRET})


@pytest.mark.parametrize("missing", ["KB_WEBHOOK_TEAM", "KB_WEBHOOK_SECRET"])
def test_a_variable_that_is_not_set_is_named(missing: str) -> None:
    known = {"KB_WEBHOOK_TEAM": "https://a.example", "KB_WEBHOOK_SECRET": SECRET, missing: " "}
    with pytest.raises(NotSent, match=f"{missing} is not set"):
        credentials(HOOK, known)


def test_sizes_are_those_of_what_is_sent() -> None:
    long: Json = SERVICES["teams"].message(bulletin(2000, "上" * 160))
    assert len(encoded(long)) <= 28 * 1024
