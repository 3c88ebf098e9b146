"""The document types of a wiki, which are data: ``site_config/types/NAME/type.toml`` -> their
labels, folders and required sections.

The one place that knows which types there are. Those that come with kb are read from the same files
that ``kb init`` lays out; a wiki's own folder takes the place of the one of that name. A file that
cannot be used is a SettingsError with its line. What schemas and templates hold is read where they
are needed (``indexer.document_schema``, ``indexer.document_template``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from indexer.errors import SettingsError
from indexer.message import say
from indexer.private_folder import leads_out
from indexer.starter_folder import starter_folder
from indexer.toml_text import read_toml
from indexer.type_table import LANGUAGES, LONGEST_LABEL, MOST_NUMBER, TypeTable

FOLDER = "site_config/types"
FILE = "type.toml"
SCHEMA = "schema.json"
MOST_CHARACTERS = 65_536
"""Of each file of a type."""

_MOST_TYPES = 100
_LONGEST_TEXT = 500
_NAME = re.compile(r"[^\W_][\w-]{0,39}$")
_CONTENT_FOLDER = re.compile(r"[^\W_][^/\\\0-\x1f:]{0,99}$")


class Section(NamedTuple):
    """A section that documents of a type must have: its heading in each language, and ``also``
    headings that are as good.
    """

    names: Mapping[str, str]
    also: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """The heading in this language, or else in another."""
        return in_language(self.names, language)

    def all_names(self) -> tuple[str, ...]:
        """Every heading that will do."""
        return (*self.names.values(), *self.also)


class Origin(NamedTuple):
    """From which ``types`` a document can be made (``kb new TYPE --from FILE``): the sections to
    ``take`` out of the file, and those of which the first that is there gets a link back.
    """

    types: tuple[str, ...]
    take: tuple[str, ...] = ()
    link_under: tuple[str, ...] = ()


class DocumentType(NamedTuple):
    """``place`` is the folder of its files, ``shown`` that folder as a person names it. ``root`` is
    the wiki that none of them may lie outside of, None for those that come with kb.
    """

    name: str
    place: Path
    shown: str
    root: Path | None
    folders: tuple[str, ...]
    label: Mapping[str, str] = MappingProxyType({})
    plural: Mapping[str, str] = MappingProxyType({})
    about: Mapping[str, str] = MappingProxyType({})
    sections: tuple[Section, ...] = ()
    origin: Origin | None = None
    order: int = MOST_NUMBER  # one that says none stands last

    def labelled(self, language: str) -> str:
        """What one document of it is called."""
        return in_language(self.label, language) or readable(self.name)

    def labelled_many(self, language: str) -> str:
        """What all documents of it are called."""
        return in_language(self.plural, language) or self.labelled(language)


Types = Mapping[str, DocumentType]
"""By name, in the order in which they are shown."""


def read_types(root: Path | None) -> Types:
    """The types of the wiki at ``root``; without one those that come with kb.

    Raises SettingsError.
    """
    own = dict(_folders_of(root)) if root else {}
    places = {**{name: (place, None) for name, place in _built_in_places().items()}, **own}
    if len(places) > _MOST_TYPES:
        raise SettingsError(
            say("{path} holds more than {most} types", path=FOLDER, most=_MOST_TYPES),
            say("delete the folders of those that nobody uses"),
        )
    found = [_read(name, place, within) for name, (place, within) in places.items()]
    found.sort(key=lambda type_: (type_.order, type_.name))
    _check_folders(found)
    return MappingProxyType({type_.name: type_ for type_ in found})


def folder_types(types: Types) -> Mapping[str, str]:
    """Folder below ``kb/`` -> name of the type, in the order of the types."""
    pairs = ((folder, type_.name) for type_ in types.values() for folder in type_.folders)
    return MappingProxyType(dict(pairs))


def built_in_folders() -> Mapping[str, str]:
    """The same of the types that come with kb."""
    return folder_types(read_types(None))


def types_stamp(root: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Another one means that the types of the wiki may be others."""
    found = []
    for name, (place, _) in sorted(_listed(root)):
        try:
            status = (place / FILE).stat()
        except OSError:
            continue
        found.append((name, status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found)


def read_file(type_: DocumentType, name: str) -> str | None:
    """The text of a further file of a type; None if it has none. Raises SettingsError."""
    return _text(type_.place / name, f"{type_.shown}/{name}", type_.root)


def readable(name: str) -> str:
    """A type's name as a label."""
    return name.replace("-", " ").capitalize()


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, or else in the first that there is; empty if there is none."""
    return texts.get(language) or next(iter(texts.values()), "")


@cache
def _built_in_places() -> Mapping[str, Path]:
    folder = starter_folder() / FOLDER
    return {place.name: place for place in sorted(folder.iterdir()) if (place / FILE).is_file()}


def _listed(root: Path) -> Iterator[tuple[str, tuple[Path, Path]]]:
    """The folders of a wiki's types with the root in which all they hold must lie."""
    try:
        entries = sorted(os.scandir(root / FOLDER), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise SettingsError(
            say("{path} cannot be read: {error}", path=FOLDER, error=error.strerror or error),
            say("mend its permissions"),
        ) from error
    for entry in entries:
        if not entry.name.startswith((".", "_")) and entry.is_dir():
            yield entry.name, (Path(entry.path), root)


def _folders_of(root: Path) -> Iterator[tuple[str, tuple[Path, Path]]]:
    _check_inside(root / FOLDER, FOLDER, root)
    for name, place in _listed(root):
        if not _NAME.match(name):
            raise SettingsError(
                say("{path} is no name of a document type", path=f"{FOLDER}/{name}"),
                say("use letters, digits and hyphens, at most {most}", most=40),
            )
        _check_inside(place[0], f"{FOLDER}/{name}", root)
        yield name, place


def _check_inside(path: Path, shown: str, root: Path) -> None:
    if leads_out(path, root):
        raise SettingsError(
            say(
                "{path} leads out of this wiki, to {target}",
                path=shown,
                target=os.path.realpath(path),
            ),
            say("put the files themselves there"),
        )


def _text(path: Path, shown: str, root: Path | None) -> str | None:
    if root:
        _check_inside(path, shown, root)
    try:
        if path.exists() and not path.is_file():
            raise OSError("not a regular file")
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MOST_CHARACTERS + 1)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            say("{path} cannot be read: {error}", path=shown, error=error),
            say("save it as UTF-8 text"),
        ) from error
    if len(text) > MOST_CHARACTERS:
        raise SettingsError(
            say("{path} is longer than {limit:,} characters", path=shown, limit=MOST_CHARACTERS),
            say("keep only what describes the type"),
        )
    return text


def _check_folders(types: Iterable[DocumentType]) -> None:
    owners: dict[str, DocumentType] = {}
    for type_ in types:
        for folder in type_.folders:
            other = owners.setdefault(folder.casefold(), type_)
            if other is not type_:
                raise SettingsError(
                    say(
                        "{path}: the folder {folder} is that of the type {other} already",
                        path=f"{type_.shown}/{FILE}",
                        folder=folder,
                        other=other.name,
                    ),
                    say("give each folder below kb/ to one type"),
                )


def _read(name: str, place: Path, root: Path | None) -> DocumentType:
    shown = f"{FOLDER}/{name}"
    path = f"{shown}/{FILE}"
    text = _text(place / FILE, path, root)
    if text is None:
        raise SettingsError(
            say("{path} is missing", path=path),
            say("write it, or delete the folder; an empty file will do"),
        )
    try:
        written = read_toml(text)
    except ValueError as error:
        raise SettingsError(
            say("{path}: {error}", path=path, error=error), say("mend the TOML")
        ) from error
    top = TypeTable(path, "", 0, written, text)
    top.knows("order", "folders", "label", "plural", "about", "sections", "from")
    return DocumentType(
        name,
        place,
        shown,
        root,
        top.texts("folders", _folder) or (name,),
        top.by_language("label", LONGEST_LABEL),
        top.by_language("plural", LONGEST_LABEL),
        top.by_language("about", _LONGEST_TEXT),
        tuple(map(_section, top.tables("sections"))),
        _origin(top),
        top.number("order", MOST_NUMBER),
    )


def _section(table: TypeTable) -> Section:
    table.knows(*LANGUAGES, "also")
    names = {language: table.text(language, LONGEST_LABEL) for language in LANGUAGES}
    names = {language: name for language, name in names.items() if name}
    if not names:
        raise table.wrong("", say("a section needs a heading: en = …, zh = …"))
    return Section(names, table.texts("also"))


def _origin(top: TypeTable) -> Origin | None:
    table = top.table("from")
    if table is None:
        return None
    table.knows("types", "take", "link_under")
    types = table.texts("types")
    if not types:
        raise table.wrong("types", say("name the types of which this one is made"))
    return Origin(types, table.texts("take"), table.texts("link_under"))


def _folder(text: str) -> bool:
    return bool(_CONTENT_FOLDER.match(text)) and text == text.strip() and not text.endswith(".")
