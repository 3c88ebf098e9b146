"""DingTalk (钉钉): messages of a group's custom robot.

``{"msgtype": "markdown", "markdown": {"title": …, "text": …}, "at": …}``, at most 20,000 bytes. A
robot with a secret takes ``timestamp``, milliseconds, and ``sign`` in the address: Base64 of the
HMAC-SHA256, with the secret as key, of timestamp, line feed and secret. An answer has the status
200 and says in ``errcode`` whether the message was taken; 310000 is a wrong signature or a keyword
that is missing. Source: open.dingtalk.com/document/robots/custom-robot-access and …/customize-
robot-security-settings.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from indexer.practice.webhooks.bulletin import Bulletin, Json, fitted, markdown_lines, over

MOST_BYTES = 20_000


def message(bulletin: Bulletin) -> Json:
    """The message, within the limit; it calls upon nobody."""
    return fitted(bulletin, lambda most: _message(bulletin, most), over(MOST_BYTES))


def _message(bulletin: Bulletin, most: int) -> Json:
    # A line end alone is a space to it, but for lists and headings.
    text = "\n\n".join(line for line in markdown_lines(bulletin, most) if line)
    return {
        "msgtype": "markdown",
        "markdown": {"title": bulletin.title, "text": text},
        "at": {"isAtAll": False},
    }


def signature(secret: str, seconds: float) -> dict[str, str]:
    """What is added to the address. ``seconds`` since 1970."""
    timestamp = str(round(seconds * 1000))
    said = f"{timestamp}\n{secret}".encode()
    digest = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}
