"""The content security policy of each page: what a browser may load and run there. Pure.

Everything comes from the site itself. Inline scripts are named by their digests, and only those
that stand in the theme's own templates, so that no script of a document can be among them wherever
it got to. Styles in attributes stay allowed: Markdown's tables align with them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.+?)</script>", re.DOTALL)
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_WRITTEN_VALUE = r"""[^"'<>\\\n]*"""
"""What a template may put into its script, between quotes, without ending them."""
_HEAD = re.compile(r"<head>")
_FIXED = (
    "default-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)


class Policy:
    """Of one site, whose theme has these templates."""

    def __init__(self, templates: Iterable[str], *, previewed: bool = False) -> None:
        """``previewed`` allows any inline script, for a builder's own server that adds one."""
        self._previewed = previewed
        self._known = [
            re.compile(_pattern(match["body"]))
            for template in templates
            for match in _SCRIPT.finditer(template)
            if "{%" not in match["body"]
        ]

    def applied(self, drawn: str) -> str:
        """The page with its policy as the first thing in its head, before anything is loaded."""
        meta = f'<meta http-equiv="Content-Security-Policy" content="{self._of(drawn)}">'
        return _HEAD.sub(lambda head: head[0] + meta, drawn, count=1)

    def _of(self, drawn: str) -> str:
        inline = ["'unsafe-inline'"]
        if not self._previewed:
            bodies = {match["body"] for match in _SCRIPT.finditer(drawn)}
            ours = (b for b in bodies if any(known.fullmatch(b) for known in self._known))
            inline = sorted(f"'sha256-{_digest(body)}'" for body in ours)
        return "; ".join((*_FIXED, " ".join(("script-src 'self'", *inline))))


def _pattern(script: str) -> str:
    """A script of a template as it may be drawn."""
    return _WRITTEN_VALUE.join(re.escape(part) for part in _VALUE.split(script))


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
