"""A server on the loopback that takes messages as the services document them, or misbehaves.

Written from the documents, not from the code under test: it checks signatures, formats and sizes,
and answers as the service does.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC1234567890abcdef"
TOKEN = "tok-0123456789abcdef"


@dataclass
class Got:
    """One request."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """What is answered. ``wait`` seconds pass before anything is said."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    wait: float = 0.0
    hang_up: bool = False


Answering = Callable[[Got], Reply]


@dataclass
class Chat:
    """A running server: its address, and what it got."""

    url: str
    got: list[Got]


@contextmanager
def chat(answering: Answering) -> Iterator[Chat]:
    got: list[Got] = []
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            got.append(Got(parts.path, query, dict(self.headers), body))
            reply = answering(got[-1])
            ended.wait(reply.wait)
            if reply.hang_up or reply.wait:  # whoever waited has gone by now
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            said = reply.body.encode()
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_GET(self) -> None:
            got.append(Got(self.path, {}, {}, b""))
            self.send_error(500)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Chat(f"http://127.0.0.1:{server.server_port}/hook/{TOKEN}?access_token={TOKEN}", got)
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def wecom(got: Got) -> Reply:
    """developer.work.weixin.qq.com/document/path/91770: markdown.content up to 4096 bytes."""
    said = got.message
    if set(said) != {"msgtype", "markdown"} or said["msgtype"] != "markdown":
        return _errcode(40008, "invalid message type")
    if not 0 < len(said["markdown"]["content"].encode()) <= 4096:
        return _errcode(40058, "markdown.content exceed max length 4096")
    return _errcode(0, "ok")


def dingtalk(got: Got) -> Reply:
    """open.dingtalk.com/document/robots/custom-robot-access: the sign is in the address."""
    stamp = got.query.get("timestamp", "0")
    made = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
    if got.query.get("sign") != base64.b64encode(made).decode() or not fresh:
        return _errcode(310000, "sign not match")
    if got.query.get("access_token") != TOKEN:
        return _errcode(300005, "token is not exist")
    said = got.message
    if said["msgtype"] != "markdown" or not (
        said["markdown"]["title"] and said["markdown"]["text"]
    ):
        return _errcode(400801, "invalid message")
    if said.get("at", {}).get("isAtAll") or len(got.body) > 20_000:
        return _errcode(460101, "message too long, exceed 20000 bytes")
    return _errcode(0, "ok")


def feishu(got: Got) -> Reply:
    """open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: the sign is in the body."""
    said = got.message
    key = f"{said.get('timestamp')}\n{SECRET}".encode()
    sign = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
    if said.get("sign") != sign or abs(time.time() - int(said["timestamp"])) > 3600:
        return _code(19021, "sign match fail or timestamp is not within one hour from current time")
    if len(got.body) > 20_480 or said["msg_type"] != "post":
        return _code(9499, "Bad Request")
    ((_, post),) = said["content"]["post"].items()
    for paragraph in post["content"]:
        for element in paragraph:
            needed = {"text": {"tag", "text"}, "a": {"tag", "text", "href"}}[element["tag"]]
            if set(element) != needed:
                return _code(9499, "Bad Request")
    return _code(0, "success")


def slack(got: Got) -> Reply:
    """docs.slack.dev: sections of 3,000 characters, 50 blocks; entities for & < >."""
    text = {"Content-Type": "text/plain"}
    said = got.message
    if not said["text"] or not 0 < len(said["blocks"]) <= 50:
        return Reply(400, "invalid_payload", text)
    for block in said["blocks"]:
        if block["type"] != "section" or not 0 < len(block["text"]["text"]) <= 3000:
            return Reply(400, "invalid_blocks", text)
    return Reply(200, "ok", text)


def teams(got: Got) -> Reply:
    """learn.microsoft.com: an adaptive card in a message, 28 KB; 202 from a workflow."""
    if len(got.body) > 28 * 1024:
        return Reply(413, "Request Entity Too Large", {"Content-Type": "text/plain"})
    (attachment,) = got.message["attachments"]
    card = attachment["content"]
    right = (got.message["type"], attachment["contentType"], card["type"]) == (
        "message",
        "application/vnd.microsoft.card.adaptive",
        "AdaptiveCard",
    )
    inline = {"TextRun"} == {run["type"] for block in card["body"] for run in block["inlines"]}
    return Reply(202 if right and inline else 400)


def plain(got: Got) -> Reply:
    made = hmac.new(SECRET.encode(), got.body, hashlib.sha256).hexdigest()
    signed = hmac.compare_digest(got.headers.get("X-KB-Signature-256", ""), f"sha256={made}")
    return Reply(204 if signed and got.message["version"] == 1 else 403)


def _errcode(code: int, said: str) -> Reply:
    return Reply(200, json.dumps({"errcode": code, "errmsg": said}))


def _code(code: int, said: str) -> Reply:
    return Reply(200, json.dumps({"code": code, "msg": said, "data": {}}))
