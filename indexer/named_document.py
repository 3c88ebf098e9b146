"""What a person names, ``PATH[#ANCHOR]`` -> a document below ``kb/``, or the section meant.

The path may be relative to ``kb/`` or to the present folder; it never leads out of ``kb/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from indexer.errors import PathError
from indexer.excerpt import Excerpt, excerpt
from indexer.message import say
from indexer.parser import parse_document
from indexer.source import Source


def read_named(source: Source, types: Mapping[str, str], place: str) -> Excerpt:
    """The document or section as it stands in the file. Raises PathError."""
    path, _, anchor = place.partition("#")
    if not ((source.folder / path).is_file() or Path(path).is_file()):
        path, anchor = place, ""  # a file name may hold a #
    path = path_named(source, path)
    try:
        content, _ = source.read(path)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", "") or str(error)
        raise PathError(
            say("no document {path} below kb/: {error}", path=path, error=said),
            say("give its path below kb/, as kb search --paths prints it"),
        ) from error
    return excerpt(parse_document(path, content, types), content, anchor)


def path_named(source: Source, path: str) -> str:
    """The path relative to ``kb/``. Raises PathError if it leads out of it."""
    folder = source.folder.resolve()
    for start in (folder, Path.cwd()):
        resolved = (start / path).resolve()
        if resolved.is_file() and resolved.is_relative_to(folder):
            return resolved.relative_to(folder).as_posix()
    if (Path.cwd() / path).is_file() or (folder / path).exists():
        raise PathError(
            say("{path} is not a document below kb/", path=path), say("name a file inside kb/")
        )
    return path
