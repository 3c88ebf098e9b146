"""WeCom (企业微信): messages of a group's bot.

``{"msgtype": "markdown", "markdown": {"content": …}}``, of which ``content`` has at most 4096 bytes
of UTF-8. It is not signed: the key is in the address. An answer has the status 200 and says in
``errcode`` whether the message was taken; 45009 is too many messages (20 a minute).
Source: developer.work.weixin.qq.com/document/path/91770.
"""

from __future__ import annotations

from indexer.practice.webhooks.bulletin import Bulletin, Json, fitted, markdown_lines

MOST_BYTES = 4096


def message(bulletin: Bulletin) -> Json:
    """The message, within the limit."""
    return fitted(bulletin, lambda most: _message(bulletin, most), _excess)


def _message(bulletin: Bulletin, most: int) -> Json:
    content = "\n".join(markdown_lines(bulletin, most))
    return {"msgtype": "markdown", "markdown": {"content": content}}


def _excess(said: Json) -> int:
    return len(said["markdown"]["content"].encode()) - MOST_BYTES
