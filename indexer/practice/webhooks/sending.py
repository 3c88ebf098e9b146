"""Sends one message to one webhook, or says why it did not. The only module that knows requests.

Address and secret come from the environment, which the caller hands over, and are in no message,
no error and no traceback. Only https, but to this machine itself; no redirect is followed. Refused
connections, 429 and 5xx are tried again, after what ``Retry-After`` says, within bounds; silence
and a connection that breaks are not, for the message may have arrived.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from indexer.errors import NotSent
from indexer.message import Message, say
from indexer.practice.webhooks.bulletin import Json, inert
from indexer.practice.webhooks.services import SERVICES, Answer
from indexer.webhook_settings import Webhook

if TYPE_CHECKING:
    import requests

_MOST_BYTES = 65_536  # of an answer
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")
_LEAST_SECRET = 6  # characters of a part of the address that may be a secret
_HIDDEN = "***"


class Patience(NamedTuple):
    """How long is waited, in seconds: for a connection, for each sign of life, between tries (each
    pause twice the one before), at most for ``Retry-After``, and for the whole answer.
    """

    connect: float = 5.0
    read: float = 10.0
    pause: float = 0.5
    longest_pause: int = 30
    answer: float = 20.0
    tries: int = 3


class Credentials(NamedTuple):
    """Where a webhook is and what it is signed with; never printed, whoever prints it."""

    url: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials({_HIDDEN})"


def credentials(webhook: Webhook, environment: Mapping[str, str]) -> Credentials:
    """Raises NotSent if a variable that the webhook names is missing or holds no address."""
    url = environment.get(webhook.url_env, "").strip()
    for variable in filter(None, (webhook.url_env, webhook.secret_env)):
        if not environment.get(variable, "").strip():
            raise NotSent(
                say("{variable} is not set, so nothing was sent", variable=variable),
                say(
                    "the webhook {name} needs it: export {variable}=…",
                    name=webhook.name,
                    variable=variable,
                ),
            )
    if not _may_be_sent_to(url):
        raise NotSent(
            say("{variable} holds no https address, so nothing was sent", variable=webhook.url_env),
            say("copy the address of the webhook from the service, all of it"),
        )
    return Credentials(url, environment.get(webhook.secret_env, "").strip())


def send(
    webhook: Webhook, message: Json, known: Credentials, patience: Patience | None = None
) -> None:
    """Raises NotSent unless the service says that it took the message."""
    import requests

    patience = patience or Patience()
    service = SERVICES[webhook.kind]
    sent = service.signed(message, known.secret, time.time())
    try:
        with _session(known.url, patience) as session:
            response = session.post(
                known.url,
                data=sent.body,
                params=dict(sent.query),
                headers={"Content-Type": "application/json; charset=utf-8", **sent.headers},
                timeout=(patience.connect, patience.read),
                allow_redirects=False,
                stream=True,
            )
            answer = _read(response, time.monotonic() + patience.answer)
    except requests.RequestException as error:
        why = _reason(error)
    except OSError:
        why = say("the connection failed")
    else:
        why = _refusal(answer) or service.refusal(answer)
    if why:
        # Outside the handlers: what requests raised holds the address.
        raise _failed(webhook, _without_secrets(why, known))


def _may_be_sent_to(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))


def _is_here(host: str) -> bool:
    return bool(_LOOPBACK.fullmatch(host))


def _session(url: str, patience: Patience) -> requests.Session:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import Retry

    again = patience.tries - 1
    retry = Retry(
        total=again,
        connect=again,
        status=again,
        read=False,
        redirect=0,
        other=0,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods={"POST"},
        backoff_factor=patience.pause,
        backoff_max=patience.longest_pause,
        retry_after_max=patience.longest_pause,
        raise_on_status=False,
    )
    session = requests.Session()
    session.trust_env = not _is_here(urlsplit(url).hostname or "")  # no proxy to this machine
    session.headers["User-Agent"] = "kb"
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def _read(response: requests.Response, until: float) -> Answer:
    """As much of the answer as counts. Raises requests.Timeout if it dawdles."""
    import requests

    body = bytearray()
    with response:
        for part in response.iter_content(1024):
            body += part
            if len(body) > _MOST_BYTES:
                break
            if time.monotonic() > until:
                raise requests.Timeout
    text = body.decode("utf-8", "replace")
    return Answer(response.status_code, response.headers.get("Content-Type", ""), text)


def _refusal(answer: Answer) -> Message:
    if 200 <= answer.status < 300:
        return Message("", {})
    if 300 <= answer.status < 400:
        return say("it answered {status}, a redirect, which is not followed", status=answer.status)
    said = "" if "html" in answer.kind.lower() else answer.body
    if not said.strip():
        return say("it answered {status}", status=answer.status)
    return say("it answered {status}: {text}", status=answer.status, text=said)


def _reason(error: Exception) -> Message:
    """Why there was no answer; nothing of the error's own text, which holds the address."""
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.SSLError):
        return say("its certificate is not to be trusted")
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return say("it cannot be reached")
    if isinstance(error, requests.Timeout):
        return say("it did not answer in time; the message may have arrived all the same")
    if isinstance(error, requests.exceptions.ProxyError):
        return say("the proxy does not lead there")
    if isinstance(error, requests.ConnectionError):
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(reason, urllib3.exceptions.NewConnectionError):
            return say("it cannot be reached")
        return say("it hung up; the message may have arrived all the same")
    return say("what came back is no answer")


def _without_secrets(why: Message, known: Credentials) -> Message:
    """A service may repeat what it was sent: each part of the address that may be a secret, and
    the secret, is left out of what is told.
    """
    parts = re.split(r"[/?&=#]", known.url.partition("://")[2])[1:]
    hidden = [known.url, known.secret, *parts]
    fields = {}
    for name, value in why.fields.items():
        text = str(value)
        for part in sorted(hidden, key=len, reverse=True):
            if len(part) >= _LEAST_SECRET:
                text = text.replace(part, _HIDDEN)
        fields[name] = inert(text)
    return Message(why.template, fields)


def _failed(webhook: Webhook, why: Message) -> NotSent:
    return NotSent(
        say(
            "{name} ({kind}): not sent: {reason}", name=webhook.name, kind=webhook.kind, reason=why
        ),
        say("kb digest --to {name} --dry-run shows what would be sent", name=webhook.name),
    )
