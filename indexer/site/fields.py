"""The fields of a front matter that only the site reads -> Fields.

``lang`` and ``retro`` (documents); what replaced what, with the lines that say so. Pure.
"""

from __future__ import annotations

from indexer.front_matter import FrontMatter
from indexer.site.library import Fields
from indexer.succession import field_links

_LONGEST_LANGUAGE = 20  # characters


def read_fields(matter: FrontMatter) -> Fields:
    """The fields, with links as they were written."""
    language = matter.fields.get("lang")
    return Fields(
        language=language.strip().lower()[:_LONGEST_LANGUAGE] if isinstance(language, str) else "",
        superseded_by=field_links(matter, "superseded_by"),
        supersedes=field_links(matter, "supersedes"),
        retros=field_links(matter, "retro"),
    )
