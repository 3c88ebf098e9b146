"""What ``kb init`` lays out: settings, site configuration and starter content in one language.

Copies, never overwrites: what is already there stays as it is. It indexes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from indexer import front_matter
from indexer.errors import KbError
from indexer.glossary import PATH as GLOSSARY
from indexer.message import say
from indexer.parser import decode
from indexer.starter_folder import starter_folder

LANGUAGES = ("en", "zh")
PUBLISHERS: Mapping[str, str] = MappingProxyType(
    {"github": ".github/workflows/site.yml", "gitlab": ".gitlab-ci.yml"}
)
"""Where each of them looks for what it runs."""
_NOT_COPIED = {"manual"}  # the manual describes kb, not the team's work
_HOME = {"en": "index.md", "zh": "首页.md"}


class Layout(NamedTuple):
    """What was written and what was there before, relative to the folder."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def lay_out(folder: Path, language: str, *, empty: bool, publish: str = "") -> Layout:
    """Write the structure into ``folder``; with ``empty`` without the example documents; with
    ``publish``, one of ``PUBLISHERS``, with what publishes the site there.

    Raises KbError if the folder cannot be written.
    """
    written: list[str] = []
    kept: list[str] = []
    try:
        for target, source in (*_files(language, empty), *_publishing(publish)):
            place = folder / target
            if place.exists() or place.is_symlink():
                kept.append(target)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
            written.append(target)
    except OSError as error:
        raise KbError(
            say("{path} cannot be written: {error}", path=folder, error=error.strerror or error),
            say("choose a folder that you may write to"),
        ) from error
    return Layout(tuple(written), tuple(kept))


def default_glossary() -> str:
    """The text of the glossary that serves a wiki without one of its own."""
    return (starter_folder() / "kb" / GLOSSARY).read_text(encoding="utf-8")


def _files(language: str, empty: bool) -> Iterator[tuple[str, Path]]:
    """Pairs of a path below the new wiki and the file that it is copied from."""
    origin = starter_folder()
    yield "mkdocs.yml", origin / "mkdocs.yml"
    for source in sorted((origin / "site_config").rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts:
            yield source.relative_to(origin).as_posix(), source
    content = origin / "kb"
    for source in sorted(content.rglob("*.md")):
        path = source.relative_to(content)
        both = path.as_posix() == GLOSSARY
        if path.parts[0] in _NOT_COPIED or not (both or _language(source) == language):
            continue
        home = path.as_posix() == _HOME[language]
        if home or not empty:
            yield f"kb/{'index.md' if home else path.as_posix()}", source


def _publishing(publish: str) -> Iterator[tuple[str, Path]]:
    if publish:
        yield PUBLISHERS[publish], Path(__file__).parent / "data" / "publish" / f"{publish}.yml"


def _language(path: Path) -> str:
    text, _ = decode(path.name, path.read_bytes())
    matter, _ = front_matter.split(path.name, text)
    return str(matter.fields.get("lang", ""))
