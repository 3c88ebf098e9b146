"""The one policy for HTML that comes from documents: what is not listed here is taken away.

Markdown may hold HTML; of it only what Markdown itself makes stays, and what reading needs
(folding, tables, marks). No script, no style, no frame, no form, no event, no address but http,
https and mailto, no picture from another host. The only module that knows nh3. It applies to every
rendered document, whatever plugin or extension rendered it.
"""

from __future__ import annotations

import re

import nh3

_TAGS = {
    *("a", "abbr", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col", "colgroup"),
    *("dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2"),
    *(
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "li",
        "mark",
        "nav",
    ),
    *("ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time"),
    *("tr", "u", "ul", "var", "wbr"),
}
_DROPPED_WHOLE = {"script", "style", "template", "noscript", "title", "textarea", "iframe", "svg"}
"""Their text goes with them; of other elements that are not listed the text stays."""
_ATTRIBUTES = {
    "*": {"id", "class", "title", "lang", "dir"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height", "loading"},
    "input": {"type", "checked", "disabled"},
    "label": {"for"},
    "ol": {"start", "reversed", "type"},
    "details": {"open"},
    "td": {"colspan", "rowspan", "style", "headers"},
    "th": {"colspan", "rowspan", "style", "scope", "headers"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    "q": {"cite"},
}
_SCHEMES = {"http", "https", "mailto"}
_SUSPECT = re.compile(r"""(?:\b(?:id|for|name)\s*=\s*["']?__|<input|md-|src\s*=|kb-)""")
"""Only where one of these stands must the slower filter look at every attribute."""
_FOREIGN = re.compile(r"\s*(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\)")
_THEIRS = re.compile(r"(?:^|\s)(?:md-(?!typeset__|annotation|button)|kb-)\S*")


def sanitised(html: str) -> str:
    """The HTML without anything that is not on the list."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept if _SUSPECT.search(html) else None,
        url_schemes=_SCHEMES,
        filter_style_properties={"text-align"},
        link_rel=None,  # none opens a window of its own
        strip_comments=True,
    )


def plain(html: str) -> str:
    """The text alone, still escaped."""
    return nh3.clean(html, tags=set(), attributes={}, clean_content_tags={"script", "style"})


def _kept(tag: str, name: str, value: str) -> str | None:
    """An attribute's value as it may stand; None takes it away.

    Ids that begin with two underscores are the theme's own, by which it finds its settings.
    """
    if name in {"id", "for", "name"} and value.startswith("__") and not _is_tab(value):
        return None
    if tag == "input" and name == "type":
        return value if value in {"checkbox", "radio"} else "checkbox"
    if name == "src" and _FOREIGN.match(value) and not value.startswith("data:image/"):
        return None
    if name == "class":
        return " ".join(_THEIRS.sub("", value).split())
    return value


def _is_tab(value: str) -> bool:
    """Material's content tabs and code blocks number themselves."""
    return bool(re.fullmatch(r"__(?:tabbed|codelineno|span|code)[-\d_]*", value))
