"""The Atom feed of new lessons (RFC 4287). Pure.

Without an address of the site there are no absolute links; its entries are then named by UUIDs
made of their paths, which Atom allows.
"""

from __future__ import annotations

import uuid
from urllib.parse import quote, urljoin

from indexer.markdown import plain_text
from indexer.message import say
from indexer.site.library import Article
from indexer.site.markup import Html, join, tag
from indexer.site.relations import LESSON
from indexer.site.site import Site

PATH = "feed.xml"
_MOST = 30
_SUMMARY = 300
_NAMESPACE = uuid.UUID("6a1c1c0e-7a9d-5d0e-9a57-3c1b6f0b1f52")


def feed(site: Site, site_name: str, site_url: str) -> str:
    """The newest lessons, the newest first; ``site_url`` may be empty."""
    lessons = [a for a in site.newest if a.metadata.type == LESSON and a.metadata.date][:_MOST]
    updated = _moment(lessons[0]) if lessons else f"{site.library.today.isoformat()}T00:00:00Z"
    named = site_url or f"urn:uuid:{uuid.uuid5(_NAMESPACE, site_name)}"
    head = (
        tag("title", f"{site_name}: {site.words.speak(say('New lessons'))}"),
        tag("id", named),
        tag("updated", updated),
        tag("author", tag("name", site_name)),
        Html(f'<link rel="self" href="{_address(site_url, PATH)}"/>'),
    )
    entries = (_entry(site, article, site_url) for article in lessons)
    body = join((*head, *entries), Html("\n"))
    namespace = 'xmlns="http://www.w3.org/2005/Atom"'
    language = f'xml:lang="{site.words.language}"'
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed {namespace} {language}>\n{body}\n</feed>\n'
    )


def _entry(site: Site, article: Article, site_url: str) -> Html:
    url = site.urls[article.path]
    link = _address(site_url, url)
    named = link if site_url else f"urn:uuid:{uuid.uuid5(_NAMESPACE, article.path)}"
    owner = article.metadata.owner
    return tag(
        "entry",
        tag("title", article.metadata.title),
        tag("id", named),
        tag("updated", _moment(article)),
        Html(f'<link href="{link}"/>'),
        tag("author", tag("name", owner)) if owner else Html(""),
        tag("summary", _summary(article)),
    )


def _moment(article: Article) -> str:
    assert article.metadata.date is not None
    return f"{article.metadata.date.isoformat()}T00:00:00Z"


def _address(site_url: str, path: str) -> str:
    return urljoin(site_url, quote(path)) if site_url else quote(path) or "./"


def _summary(article: Article) -> str:
    """The first words of the text that are no heading."""
    lines = (line for line in article.body.split("\n") if line.strip() and not line.startswith("#"))
    first = plain_text(next(lines, "")).strip()
    return first if len(first) <= _SUMMARY else first[:_SUMMARY].rstrip() + "…"
