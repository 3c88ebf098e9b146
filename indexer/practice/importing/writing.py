"""A plan is written: each file whole, and none that is not as it was when the plan was made."""

from __future__ import annotations

from pathlib import PurePosixPath

from indexer.atomic_file import FileChangedError, replace_file
from indexer.message import say
from indexer.model import Progress, no_progress
from indexer.practice.importing.errors import ImportRefused
from indexer.practice.importing.plan import Plan
from indexer.private_folder import leads_out
from indexer.settings import CONTENT
from indexer.source import SUFFIXES, Source


def checked_place(source: Source, written: str) -> str:
    """The path below ``kb/`` that a person named, with or without ``kb/`` in front.

    Raises ImportRefused for anything but a Markdown file in there.
    """
    path = PurePosixPath(written.replace("\\", "/")).as_posix().removeprefix(f"{CONTENT}/")
    parts = path.split("/")
    hidden = any(part.startswith(".") or not part for part in parts)
    if (
        hidden
        or not path.lower().endswith(SUFFIXES)
        or leads_out(source.folder / path, source.folder)
    ):
        raise ImportRefused(
            say("{path} is no place for a document of this wiki", path=written),
            say("name a Markdown file below kb/, for example kb/actions/jira.md"),
        )
    return path


def write_plan(source: Source, plan: Plan, progress: Progress = no_progress) -> None:
    """Write all files of the plan. Raises ImportRefused at the first that cannot be written."""
    for number, edit in enumerate(plan.edits):
        progress("files", number, len(plan.edits))
        file = source.folder / edit.path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, edit.content, read=edit.read, new=edit.read is None)
        except FileChangedError as error:
            raise ImportRefused(
                say("{path} was changed by somebody else meanwhile", path=f"{CONTENT}/{edit.path}"),
                _AGAIN,
            ) from error
        except OSError as error:
            said = error.strerror or str(error)
            raise ImportRefused(
                say("{path} cannot be written: {error}", path=f"{CONTENT}/{edit.path}", error=said),
                _AGAIN,
            ) from error


_AGAIN = say("run the import again: what it has written already it finds by its ids")
