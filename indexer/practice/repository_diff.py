"""The change in a git repository that is about to be merged -> its text and its files.

Against a revision it is what happened since the branch left it, what is not committed yet included;
untracked files are no part of it. Revisions are checked before git sees them as such.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from indexer.errors import KbError
from indexer.git import Git
from indexer.message import say
from indexer.practice.diff_text import as_markdown, changed_files

_OPTIONS = (
    *("--unified=0", "--no-color", "--no-relative", "--ignore-submodules=all"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--no-indent-heuristic"),
)


class DiffRefused(KbError):
    """git cannot tell what changed."""


class RepositoryDiff(NamedTuple):
    """What was added, as Markdown, and the files that changed."""

    text: str
    files: tuple[Path, ...]


def repository_diff(folder: Path, revision: str) -> RepositoryDiff:
    """The change around ``folder`` since ``revision``; empty for the last commit.

    Raises DiffRefused.
    """
    git = Git(folder)
    top = git.ask("rev-parse", "--show-toplevel")
    if not top.ok:
        raise _refused(folder, top.complaint)
    answer = git.diff(*_OPTIONS, *_range(git, folder, revision), "--")
    if not answer.ok:
        raise _refused(folder, answer.complaint)
    files = list(changed_files(answer.text))
    root = Path(top.text.rstrip("\n"))
    return RepositoryDiff(as_markdown(files), tuple(root / file.path for file in files))


def _range(git: Git, folder: Path, revision: str) -> list[str]:
    """The words that name what is compared. Raises DiffRefused for what is no revision."""
    ends = [end or "HEAD" for end in revision.replace("...", "..").split("..")]
    for end in ends:
        checked = git.ask(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{end}^{{commit}}"
        )
        if not checked.ok:
            raise DiffRefused(
                say("'{revision}' is no revision in {folder}", revision=end, folder=folder),
                say("name a branch, a tag or a commit, for example: kb similar --diff origin/main"),
            )
    if len(ends) > 1:
        return [revision]
    return ["--merge-base", ends[0]] if revision else ["HEAD"]


def _refused(folder: Path, complaint: str) -> DiffRefused:
    said = complaint.splitlines()[0] if complaint else ""
    return DiffRefused(
        say("git cannot tell what changed in {folder}: {error}", folder=folder, error=said),
        say("go to a folder of the repository, or pipe a diff: git diff | kb similar -"),
    )
