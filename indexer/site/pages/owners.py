"""Who owns what: a line for each owner, then what is theirs, and what nobody owns."""

from __future__ import annotations

from indexer.message import say
from indexer.site import groups
from indexer.site.groups import Group
from indexer.site.listing import bullets
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.pages.grouped import by_type, write_parts
from indexer.site.site import Site

NAME = "owners"
LABEL = say("Who owns what")


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    writer.block(_overview(site, site.groups(groups.owners)))
    write_parts(writer, site, path, groups.owners)
    nobodys = [article for article in site.newest if not article.metadata.owner]
    if nobodys:
        writer.markdown(f"## {markdown_text(speak(say('Without an owner')))} {{ #kb--nobody }}")
        writer.block(bullets(site, path, nobodys))
    return writer.page()


def _overview(site: Site, owners: tuple[Group, ...]) -> Html:
    speak = site.words.speak
    heads = (say("Owner"), say("Documents"), say("Of which type"), say("Reviews due"))
    rows = (
        tag(
            "tr",
            tag("th", tag("a", group.name, href=f"#{group.anchor}"), scope="row"),
            tag("td", str(len(group.articles))),
            tag("td", by_type(site, group)),
            tag("td", str(_due(site, group) or "")),
        )
        for group in owners
    )
    head = tag("thead", tag("tr", join(tag("th", speak(h), scope="col") for h in heads)))
    table = tag("table", head, tag("tbody", join(rows)), class_="kb-figures")
    return tag(
        "div", table, class_="kb-scroll", tabindex="0", role="region", aria_label=speak(LABEL)
    )


def _due(site: Site, group: Group) -> int:
    paths = {article.path for article, _ in site.due()}
    return sum(article.path in paths for article in group.articles)
