"""Any other service: the bulletin as JSON of our own.

``{"version": 1, "title": …, "lead": …, "language": …, "sections": [{"heading": …, "items":
[{"text": …, "url": …, "about": …}], "more": …}]}``, at most 100,000 bytes. With a secret the header
``X-KB-Signature-256`` is ``sha256=`` and the HMAC-SHA256 of the body in hexadecimal, with the
secret as key, as GitHub signs its webhooks. Any 2xx means that it was taken.
"""

from __future__ import annotations

import hashlib
import hmac

from indexer.practice.webhooks.bulletin import Bulletin, Json, fitted, over, shortened

MOST_BYTES = 100_000
HEADER = "X-KB-Signature-256"


def message(bulletin: Bulletin) -> Json:
    """The message, within the limit."""
    return fitted(bulletin, lambda most: _message(bulletin, most), over(MOST_BYTES))


def _message(bulletin: Bulletin, most: int) -> Json:
    sections = [
        {"heading": heading, "items": [line._asdict() for line in lines], "more": more}
        for heading, lines, more in shortened(bulletin, most)
    ]
    return {
        "version": 1,
        "title": bulletin.title,
        "lead": bulletin.lead,
        "language": bulletin.language,
        "sections": sections,
    }


def signature(secret: str, body: bytes) -> dict[str, str]:
    """The header."""
    return {HEADER: f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}
