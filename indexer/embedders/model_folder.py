"""What the files of a model say of it before any of them is loaded: is it whole, is it of use here.

Reads names and JSON, runs nothing and imports no library. It refuses what gives no single vector
for a text, what brings its own code and what is incomplete; the weights themselves are judged by
those who load them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from indexer.errors import ModelUnavailable
from indexer.message import Message, say
from indexer.private_folder import leads_out

MODULES = "modules.json"
CONFIG = "config.json"
SENTENCE_CONFIG = "config_sentence_transformers.json"

_LOADED = (".json", ".txt", ".model", ".safetensors", "README.md")
_PICKLED = "pytorch_model"
_SAFE = "*.safetensors"
_INDEX = ".index.json"
_OWN_NAMESPACE = "sentence_transformers."
_OTHER_KINDS = {
    "CrossEncoder": say("it judges pairs of texts"),
    "SparseEncoder": say("it weighs words"),
    "MultiVectorEncoder": say("it gives a vector for each word"),
    "ColBERT": say("it gives a vector for each word"),
}


def examine(name: str, folder: Path, notice: Callable[[Message], None]) -> None:
    """Raises ModelUnavailable, saying why the model is not loaded. ``name`` is what users call it;
    ``notice`` hears what they should know of a model that is.
    """
    modules = _read(name, folder / MODULES)
    config = _read(name, folder / CONFIG)
    if modules is None and config is None:
        raise ModelUnavailable(
            say(
                "{folder} holds no model: neither {modules} nor {config} is in it",
                folder=folder,
                modules=MODULES,
                config=CONFIG,
            ),
            say("name the folder that holds the model's own files"),
        )
    _refuse_other_kinds(name, _read(name, folder / SENTENCE_CONFIG), config, modules)
    for module in modules or ():
        if not str(module.get("type", "")).startswith(_OWN_NAMESPACE):
            raise brings_code(name)
    for path in (*_paths(modules or ()), *_shards(folder)):
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise _reaches_out(name, path)
    missing = _missing_weights(folder, {"", *_paths(modules or ())})
    if missing:
        raise ModelUnavailable(
            say(
                "the model {name} is incomplete: {file} is missing in {folder}",
                name=name,
                file=missing,
                folder=folder,
            ),
            say("fetch it again with a network, or copy the whole folder again"),
        )
    if modules is None:
        notice(
            say(
                "{name} has no sentence-transformers configuration: its token vectors are averaged",
                name=name,
            )
        )


def confine(name: str, folder: Path) -> None:
    """Raises ModelUnavailable if a folder that came with a wiki holds more than its own numbers: a
    link or a name that leads out of it, or weights that only a pickle has.
    """
    foreign = next((file for file in folder.rglob("*") if leads_out(file, folder)), None)
    if foreign:
        raise _reaches_out(name, str(foreign))
    modules = _read(name, folder / MODULES) or ()
    for part in {"", *_paths(modules)}:
        if _weights(folder / part, f"{_PICKLED}*") and not _weights(folder / part, _SAFE):
            raise ModelUnavailable(
                say("the weights of {name} are pickled, and it came with the wiki", name=name),
                say("save them as safetensors, or keep the model outside the wiki"),
            )


def _reaches_out(name: str, path: str) -> ModelUnavailable:
    return ModelUnavailable(
        say("the model {name} names a file outside its folder: {path}", name=name, path=path),
        say("choose another model, or put its own files there"),
    )


def brings_code(name: str) -> ModelUnavailable:
    """The refusal of a model that only runs with code of its own."""
    return ModelUnavailable(
        say(
            "the model {name} only runs with code that it brings, and kb runs no code of a model",
            name=name,
        ),
        say("choose a model that needs no trust_remote_code, for example BAAI/bge-m3"),
    )


def module_folders(modules: Path) -> set[str]:
    """Subfolders of a model's modules, as its ``modules.json`` names them."""
    return set(_paths(_read(modules.parent.name, modules) or ()))


def needed(files: Collection[str], folders: Collection[str]) -> list[str]:
    """The files that loading reads: no code, no second copy of the weights in another format."""
    wanted = []
    for file in sorted(files):
        path = PurePosixPath(file)
        parent = "" if str(path.parent) == "." else str(path.parent)
        if not any(parent == f or (f and parent.startswith(f"{f}/")) for f in folders):
            continue
        if path.name.startswith(_PICKLED):
            loaded = not _has_safetensors(files, path.parent)
        else:
            loaded = file.endswith(_LOADED)
        if loaded:
            wanted.append(file)
    return wanted


def _has_safetensors(files: Iterable[str], folder: PurePosixPath) -> bool:
    paths = map(PurePosixPath, files)
    return any(path.parent == folder and path.suffix == ".safetensors" for path in paths)


def _paths(modules: Iterable[Any]) -> list[str]:
    return [str(module.get("path", "")) for module in modules]


def _read(name: str, file: Path) -> Any:
    """The JSON of a file, None without the file. Raises ModelUnavailable if it is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            say(
                "the model {name} cannot be loaded: {file} is damaged: {error}",
                name=name,
                file=file,
                error=error,
            ),
            say("fetch or copy the model again"),
        ) from error
    fits = isinstance(content, list) if file.name == MODULES else isinstance(content, dict)
    if not fits or (isinstance(content, list) and not all(isinstance(m, dict) for m in content)):
        raise ModelUnavailable(
            say(
                "the model {name} cannot be loaded: {file} is not what it should be",
                name=name,
                file=file,
            ),
            say("fetch or copy the model again"),
        )
    return content


def _refuse_other_kinds(name: str, sentence: Any, config: Any, modules: Any) -> None:
    kind = str((sentence or {}).get("model_type", "SentenceTransformer"))
    architectures = (config or {}).get("architectures") or ()
    if modules is None and any(str(a).endswith("SequenceClassification") for a in architectures):
        kind = "CrossEncoder"
    if kind in _OTHER_KINDS:
        raise ModelUnavailable(
            say(
                "the model {name} is not one for this search: {reason} ({kind})",
                name=name,
                reason=_OTHER_KINDS[kind],
                kind=kind,
            ),
            say("choose one that gives a vector for a text, for example BAAI/bge-m3"),
        )


def _missing_weights(folder: Path, folders: Collection[str]) -> str:
    """The first file of weights that should be there and is not; empty if all are."""
    found = False
    for part in sorted(folders):
        files = _weights(folder / part, _SAFE)
        files = files or _weights(folder / part, f"{_PICKLED}*.bin")
        found = found or bool(files)
        for file in files:
            if not file.is_file():
                return file.relative_to(folder).as_posix()
    return "" if found else "model.safetensors"


def _weights(folder: Path, pattern: str) -> list[Path]:
    """Files of weights that are there or that an index of them names."""
    files = {file for file in folder.glob(pattern) if not file.name.endswith(_INDEX)}
    return sorted(files | {folder / shard for shard in _shards(folder, pattern)})


def _shards(folder: Path, pattern: str = "*") -> set[str]:
    """The files that indexes of weights name."""
    shards: set[str] = set()
    for index in folder.glob(f"{pattern}{_INDEX}"):
        named = (_read(folder.name, index) or {}).get("weight_map")
        shards |= set(map(str, dict(named or {}).values()))
    return shards
