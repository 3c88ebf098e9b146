"""A model hub's name -> a folder with the model's files, fetched or from the hub's own cache.

The only module that knows huggingface_hub, whose variables (HF_ENDPOINT, HF_HUB_OFFLINE, HF_HOME,
HF_TOKEN, HF_HUB_ETAG_TIMEOUT) and whose cache it uses as they are. The hub is asked once, with a
deadline, before anything is fetched; files of code are never fetched. An update counts once all its
files are there: until then the older snapshot is the model. It loads no model.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from indexer.embedders.model_folder import MODULES, examine, module_folders, needed
from indexer.errors import ModelUnavailable
from indexer.message import Message, say
from indexer.model import Progress, no_progress

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo

_DEFAULT_OWNER = "sentence-transformers"
"""Owner of the names that are written without one, as in sentence-transformers itself."""

_BRANCH = "main"
_CACHED = re.compile(r"models--([^/]+?)--([^/]+)")


def fetch(name: str, progress: Progress = no_progress) -> Path:
    """The model's folder, brought up to date if the hub answers. Raises ModelUnavailable."""
    from huggingface_hub import constants
    from huggingface_hub.utils.logging import set_verbosity

    check_name(name)
    if constants.is_offline_mode():
        return from_cache(name)
    set_verbosity(logging.ERROR)  # what matters of its warnings becomes our sentence
    try:
        return _fetch(_repository(name), progress)
    except ModelUnavailable:
        raise
    except Exception as error:  # the errors of the network share no base in the hub's library
        with contextlib.suppress(ModelUnavailable):
            return from_cache(name)
        raise _refusal(name, constants.ENDPOINT, error) from error


def from_cache(name: str) -> Path:
    """The folder of a model that was fetched before, whole, without network: the present snapshot,
    or the newest one before it if that was never completed. Raises ModelUnavailable.
    """
    from huggingface_hub import constants

    check_name(name)
    incomplete: ModelUnavailable | None = None
    for folder in _snapshots(_cache_folder(_repository(name))):
        try:
            examine(name, folder, lambda _: None)  # half a download is no model
        except ModelUnavailable as error:
            incomplete = incomplete or error
        else:
            return folder
    if incomplete:
        raise incomplete
    missing = say(
        "the model {name} is not in the hub's cache {cache}",
        name=name,
        cache=constants.HF_HUB_CACHE,
    )
    if constants.is_offline_mode():
        missing = say("{missing}, and HF_HUB_OFFLINE forbids fetching it", missing=missing)
    raise ModelUnavailable(
        missing,
        say(
            "fetch it where there is a network, or import a copied folder: "
            "kb model import DIR --name {name}",
            name=name,
        ),
    )


def copied(folder: Path) -> tuple[Path, str]:
    """The model's own files in a folder that was carried here, and the name that it tells.

    A folder of the hub's cache, ``models--OWNER--NAME`` or one below it, tells a name; of all
    others the name is empty, for what their files say of themselves is often another model's.
    """
    said = next(filter(None, map(_CACHED.fullmatch, reversed(folder.absolute().parts))), None)
    name = f"{said[1]}/{said[2]}" if said else ""
    return next(_snapshots(folder), folder), name


def check_name(name: str) -> None:
    """Raises ModelUnavailable if no hub can have a model of that name."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]  # not in its __all__

    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise ModelUnavailable(
            say("{name} is not the name of a model", name=name),
            say("names look like BAAI/bge-m3; the path of a folder begins with ./, / or ~"),
        ) from error


def _repository(name: str) -> str:
    return name if "/" in name else f"{_DEFAULT_OWNER}/{name}"


def _cache_folder(repository: str) -> Path:
    """Where the hub's library keeps a model's snapshots.

    https://huggingface.co/docs/huggingface_hub/guides/manage-cache describes it.
    """
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    return Path(constants.HF_HUB_CACHE, repo_folder_name(repo_id=repository, repo_type="model"))


def _snapshots(folder: Path) -> Iterator[Path]:
    """The snapshot that the branch stands for, then the others, the newest first."""
    current = folder / "snapshots" / _revision(folder)
    with contextlib.suppress(OSError):
        found = [snapshot for snapshot in (folder / "snapshots").iterdir() if snapshot.is_dir()]
        newest = sorted(found, key=lambda f: f.stat().st_mtime_ns, reverse=True)
        yield from sorted(newest, key=lambda f: f != current)


def _revision(folder: Path) -> str:
    """What the branch stands for; empty if that is not known."""
    try:
        return Path((folder / "refs" / _BRANCH).read_text().strip()).name
    except (OSError, ValueError):
        return ""


def _fetch(repository: str, progress: Progress) -> Path:
    from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache

    seconds = constants.HF_HUB_ETAG_TIMEOUT
    info = _ask(repository, seconds)
    # Asked for by its number, a revision does not become the branch's before it is whole.
    download = partial(hf_hub_download, repository, revision=info.sha, etag_timeout=seconds)
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    folders = {""}
    if MODULES in sizes:
        folders |= module_folders(Path(download(MODULES)))
    files = needed(sizes, folders)
    if not files:
        raise ModelUnavailable(
            say("{name} holds no files of a model", name=repository), say("check the name")
        )
    waiting = [f for f in files if not try_to_load_from_cache(repository, f, revision=info.sha)]
    bar = _bar(progress, sum(sizes[file] for file in waiting))
    for file in files:
        path = download(file, tqdm_class=bar)
    _point_branch(_cache_folder(repository), str(info.sha))
    return Path(path).parents[len(PurePosixPath(file).parts) - 1]


def _point_branch(folder: Path, revision: str) -> None:
    """Make the branch stand for a revision that is whole."""
    if revision == _revision(folder):
        return
    refs = folder / "refs"
    refs.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=refs)
    with open(handle, "w") as file:
        file.write(revision)
    os.replace(temporary, refs / _BRANCH)


def _ask(repository: str, seconds: float) -> ModelInfo:
    """What the hub says of the model. A name server that keeps silent knows no timeout, so a
    thread is waited for and no longer.
    """
    from huggingface_hub import HfApi

    answers: list[ModelInfo | Exception] = []

    def ask() -> None:
        try:
            answers.append(HfApi().model_info(repository, timeout=seconds, files_metadata=True))
        except Exception as error:
            answers.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds + 1)
    if not answers:
        raise TimeoutError(say("no answer within {seconds:.0f} s", seconds=seconds))
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]


def _bar(progress: Progress, total: int) -> Any:
    """The class of progress bar that the hub's library wants: it tells ``progress`` the bytes."""
    done = 0

    class Bar:
        total = None

        def __init__(self, **_: object) -> None: ...

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None: ...

        def update(self, count: int) -> None:
            nonlocal done
            done += count
            progress("fetch", min(done, total), total)

        def update_transfer(self, _: int) -> None:
            """Its presence says that one bar is enough: bytes on the disk, not on the wire."""

        def set_postfix_str(self, *_: object, **__: object) -> None: ...

        def set_transfer_postfix_str(self, *_: object, **__: object) -> None: ...

        def close(self) -> None: ...

    if total:
        progress("fetch", 0, total)
    return Bar


def _refusal(name: str, endpoint: str, error: Exception) -> ModelUnavailable:
    """The library's error as a sentence with its remedy."""
    from huggingface_hub import errors

    status = getattr(getattr(error, "response", None), "status_code", 0)
    if isinstance(error, errors.GatedRepoError):
        return ModelUnavailable(
            say(
                "{endpoint} gives the model {name} only to those who accepted its terms",
                endpoint=endpoint,
                name=name,
            ),
            say("accept them on the model's page there and set HF_TOKEN to your token"),
        )
    if isinstance(error, errors.RepositoryNotFoundError) or status == 404:
        return ModelUnavailable(
            say(
                "{endpoint} has no model {name}, or does not show it to you",
                endpoint=endpoint,
                name=name,
            ),
            say("check the name; for a private model set HF_TOKEN to your token"),
        )
    if status in (401, 403):
        return ModelUnavailable(
            say(
                "{endpoint} does not give you the model {name} (status {status})",
                endpoint=endpoint,
                name=name,
                status=status,
            ),
            say("set HF_TOKEN to a token that may read it"),
        )
    return ModelUnavailable(
        say(
            "the model {name} cannot be fetched from {endpoint}: {error}",
            name=name,
            endpoint=endpoint,
            error=_said(error),
        ),
        say(
            "set HF_ENDPOINT to a mirror that can be reached; or copy the model's folder to this "
            "machine and run: kb model import DIR --name {name}; or bring a filled HF_HOME and set "
            "HF_HUB_OFFLINE=1",
            name=name,
        ),
    )


def _said(error: Exception) -> str:
    """The first line of what an error says; our own stays a message."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    said = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return said.strip()[:200]
