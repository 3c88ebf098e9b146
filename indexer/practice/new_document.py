"""A new document of a type: its place, its text, and what it is made of, written whole or not at
all.

The file is named by day and title, never by number: two people who write at the same time must not
meet in one name. What is there already is never overwritten. It asks for nothing and opens nothing.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from pathlib import Path
from typing import NamedTuple

from indexer.atomic_file import FileChangedError, replace_file
from indexer.document_template import Filling, one_line, read_template
from indexer.document_types import DocumentType, Types
from indexer.errors import KbError
from indexer.markdown import slugify
from indexer.message import say
from indexer.practice.lifting import Origin, lifted, with_link
from indexer.private_folder import leads_out
from indexer.settings import CONTENT
from indexer.tokens import comparable

_LONGEST_NAME = 60  # characters of a file name behind its date
_MOST_BYTES = 180  # of the same: file systems end at 255


class DocumentNotMade(KbError):
    """There can be no such document, or it cannot be written; nothing was."""


class Wanted(NamedTuple):
    """What was asked for; empty is what nobody said."""

    title: str
    language: str
    date: dt.date
    owner: str = ""
    project: str = ""


class NewDocument(NamedTuple):
    """A document that is not written yet. ``path`` is below ``kb/``; ``origin`` is that from which
    it is made, ``linked`` the content of that file with a link to it, empty if it gets none.
    """

    path: str
    title: str
    language: str
    type_: DocumentType
    text: str
    origin: Origin | None = None
    linked: bytes = b""


def type_named(types: Types, name: str) -> DocumentType:
    """By name, or by its label in any language. Raises DocumentNotMade."""
    wanted = comparable(name)
    for type_ in types.values():
        labels = (type_.name, *type_.label.values(), *type_.plural.values(), *type_.folders)
        if wanted in map(comparable, labels):
            return type_
    raise DocumentNotMade(
        say("no document type is called {name}", name=name),
        say("there are {names}; kb types tells more", names=", ".join(types)),
    )


def new_document(
    types: Types, type_: DocumentType, wanted: Wanted, origin: Origin | None = None
) -> NewDocument:
    """The document as it would be written. Raises DocumentNotMade, SettingsError."""
    title = one_line(wanted.title)
    if not title:
        raise DocumentNotMade(say("the title is empty"), say("say in a few words what it is about"))
    path = f"{type_.folders[0]}/{wanted.date.isoformat()}-{_slug(title, type_)}.md"
    filling = Filling(title, wanted.date, one_line(wanted.owner), one_line(wanted.project))
    linked = b""
    if origin:
        filling = _filled_from(filling, type_, origin, path)
        if type_.origin and type_.origin.link_under:
            under = types[origin.document.metadata.type], type_.origin.link_under
            linked = with_link(origin, *under, title, path, wanted.language)
    text = read_template(type_, wanted.language).filled(filling)
    return NewDocument(path, title, wanted.language, type_, text, origin, linked)


def write(root: Path, new: NewDocument) -> Path:
    """Write the document, and the link to it where it came from: both or neither; the file.

    Raises DocumentNotMade.
    """
    content = root / CONTENT
    file = content / new.path
    _make_folder(file.parent, root)
    _put(file, new.text.encode("utf-8"), new.path)
    if new.origin and new.linked:
        try:
            _link_back(content, new.origin, new.linked)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    return file


def _filled_from(filling: Filling, type_: DocumentType, origin: Origin, path: str) -> Filling:
    assert type_.origin
    meta = origin.document.metadata
    return filling._replace(
        owner=filling.owner or one_line(meta.owner),
        project=filling.project or one_line(meta.project),
        tags=tuple(map(one_line, meta.tags)),
        source=posixpath.relpath(origin.document.path, posixpath.dirname(path)),
        source_title=one_line(meta.title),
        lifted=lifted(origin, type_.origin.take, path),
    )


def _slug(title: str, type_: DocumentType) -> str:
    """The title as the end of a file name: its words in any script, with hyphens between."""
    words = re.sub("-{2,}", "-", slugify(title)).strip("-")
    kept = words[:_LONGEST_NAME]
    while len(kept.encode("utf-8")) > _MOST_BYTES:
        kept = kept[:-1]
    if len(kept) < len(words) and words[len(kept)] != "-" and "-" in kept[len(kept) // 2 :]:
        kept = kept.rpartition("-")[0]  # no half of a word
    return kept.strip("-") or type_.name


def _make_folder(folder: Path, root: Path) -> None:
    shown = f"{CONTENT}/{folder.name}"
    if leads_out(folder, root):
        raise DocumentNotMade(
            say("{path} leads out of the wiki", path=shown), say("make it a folder of the wiki")
        )
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise _unwritable(shown, error) from error


def _put(file: Path, content: bytes, path: str) -> None:
    try:
        replace_file(file, content, new=True)
    except FileChangedError as error:
        raise DocumentNotMade(
            say("{path} is there already; nothing was written", path=f"{CONTENT}/{path}"),
            say("edit that one, or choose another title"),
        ) from error
    except OSError as error:
        raise _unwritable(f"{CONTENT}/{path}", error) from error


def _link_back(content: Path, origin: Origin, linked: bytes) -> None:
    shown = f"{CONTENT}/{origin.document.path}"
    try:
        replace_file(content / origin.document.path, linked, read=origin.stamp)
    except FileChangedError as error:
        raise DocumentNotMade(
            say("{path} was changed by somebody else meanwhile; nothing was written", path=shown),
            say("look at it, and try again"),
        ) from error
    except OSError as error:
        raise _unwritable(shown, error) from error


def _unwritable(path: str, error: OSError) -> DocumentNotMade:
    return DocumentNotMade(
        say("{path} cannot be written: {error}", path=path, error=error.strerror or error),
        say("let yourself write to the file and its folder"),
    )
