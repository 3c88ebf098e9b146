"""One ``[webhooks.NAME]`` of the settings -> Webhook: a kind of service, and names of variables.

The address of a webhook is a secret, and settings are in git: so they name environment variables,
and of those only ``KB_WEBHOOK_…``, lest a wiki from elsewhere have some other secret of this
machine sent away. It reads no environment and sends nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

PREFIX = "KB_WEBHOOK_"
KINDS = ("wecom", "dingtalk", "feishu", "slack", "teams", "json")
SIGNED = ("dingtalk", "feishu", "json")
"""Kinds that can sign what they send with a secret."""

_VARIABLE = re.compile(r"KB_WEBHOOK_[A-Z0-9_]{1,100}")
_NAME = re.compile(r"[\w-]{1,40}")
_SITE = re.compile(r"https?://[^\s<>\"'()\[\]|\\]{1,500}")
_KEYS = {"kind", "url_env", "secret_env", "site_url"}


class Webhook(NamedTuple):
    """Where digests can be sent. ``secret_env`` and ``site_url`` may be empty; ``site_url`` is the
    address of the site, with a slash at its end, to which links lead.
    """

    name: str
    kind: str
    url_env: str
    secret_env: str = ""
    site_url: str = ""


def webhook(name: str, said: Mapping[str, object]) -> Webhook:
    """Raises ValueError with the key that cannot be used; with "name" for a bad name."""
    if not _NAME.fullmatch(name):
        raise ValueError("name")
    for key in said:
        if key not in _KEYS or not isinstance(said[key], str):
            raise ValueError(key)
    values = {key: str(said.get(key, "")) for key in _KEYS}
    if values["kind"] not in KINDS:
        raise ValueError("kind")
    if not _VARIABLE.fullmatch(values["url_env"]):
        raise ValueError("url_env")
    secret = values["secret_env"]
    if "secret_env" in said and not (_VARIABLE.fullmatch(secret) and values["kind"] in SIGNED):
        raise ValueError("secret_env")
    if "site_url" in said and not _SITE.fullmatch(values["site_url"]):
        raise ValueError("site_url")
    site = values["site_url"] and values["site_url"].rstrip("/") + "/"
    return Webhook(name, values["kind"], values["url_env"], secret, site)
