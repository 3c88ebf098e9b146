"""What the pages by tag, owner and project have in common: an overview, then a part for each."""

from __future__ import annotations

from collections import Counter

from indexer.site.groups import Group
from indexer.site.listing import bullets
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import PageWriter
from indexer.site.site import Names, Site


def overview(groups: tuple[Group, ...]) -> Html:
    """Each name with the number of its documents, as a link to its part of the page."""
    items = (
        tag(
            "li",
            tag("a", group.name, href=f"#{group.anchor}"),
            Html(" "),
            tag("span", str(len(group.articles)), class_="kb-count"),
        )
        for group in groups
    )
    return tag("ul", join(items), class_="kb-overview")


def write_parts(writer: PageWriter, site: Site, path: str, names: Names) -> None:
    """A heading and a list of documents for each name."""
    for group in site.groups(names):
        writer.markdown(f"## {markdown_text(group.name)} {{ #{group.anchor} }}")
        writer.block(bullets(site, path, group.articles))


def by_type(site: Site, group: Group) -> str:
    """How many documents of which type: 3 Retros, 1 SOPs."""
    counts = Counter(article.metadata.type for article in group.articles)
    known = [type_ for type_ in site.places.types if type_ in counts]
    return ", ".join(f"{site.words.types_name(type_)} {counts[type_]}" for type_ in known)
