"""Feishu (飞书): messages of a group's custom bot.

A post of rich text, ``{"msg_type": "post", "content": {"post": {"zh_cn": {"title": …, "content":
[[{"tag": "text", …}, {"tag": "a", …}], …]}}}}``, in which a text is only a text; the request has at
most 20 KB. A bot with a secret takes ``timestamp``, seconds, and ``sign`` beside it: Base64 of the
HMAC-SHA256 of nothing, with timestamp, line feed and secret as key. An answer has the status 200
and says in ``code``, of old in ``StatusCode``, whether the message was taken; 19021 is a wrong
signature, 11232 too many messages. Source:
open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from indexer.practice.webhooks.bulletin import Bulletin, Json, Line, fitted, over, shortened

MOST_BYTES = 20_000
_ROOM = 200  # bytes of timestamp and signature


def message(bulletin: Bulletin) -> Json:
    """The message, within the limit."""
    return fitted(bulletin, lambda most: _message(bulletin, most), over(MOST_BYTES - _ROOM))


def _message(bulletin: Bulletin, most: int) -> Json:
    rows = [[_text(bulletin.lead)]] if bulletin.lead else []
    for heading, lines, more in shortened(bulletin, most):
        rows += [[_text(heading)], *map(_row, lines)]
        rows += [[_text(f"• {more}")]] if more else []
    language = "zh_cn" if bulletin.language == "zh" else "en_us"
    post = {language: {"title": bulletin.title, "content": rows}}
    return {"msg_type": "post", "content": {"post": post}}


def _row(line: Line) -> list[Json]:
    named = {"tag": "a", "text": line.text, "href": line.url} if line.url else _text(line.text)
    about = [_text(f" · {line.about}")] if line.about else []
    return [_text("• "), named, *about]


def _text(text: str) -> Json:
    return {"tag": "text", "text": text}


def signature(secret: str, seconds: float) -> dict[str, str]:
    """What is added to the message. ``seconds`` since 1970."""
    timestamp = str(int(seconds))
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}
