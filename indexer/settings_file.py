"""Writes one setting into ``site_config/kb.toml`` and leaves every other byte as it was.

The only module that knows tomlkit. The file is replaced whole or not at all, and what would not be
read back as meant is not written. Which settings there are is ``indexer.settings``'s to say.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from indexer.atomic_file import replace_file
from indexer.errors import SettingsError
from indexer.message import Message, say
from indexer.settings import FILE, load_settings


def check_writable(root: Path) -> None:
    """Raises SettingsError if ``write_setting`` could not write, before anything long is begun."""
    file = _place(root)
    nearest = next(p for p in (file, *file.parents) if p.exists())
    if not os.access(nearest, os.W_OK) or (nearest != file and not nearest.is_dir()):
        raise _unwritable(_read_only(nearest) if nearest.is_dir() else say("it is read-only"))
    if file.exists() and not os.access(file.parent, os.W_OK):
        raise _unwritable(_read_only(file.parent))
    load_settings(root)


def write_setting(root: Path, key: str, value: str) -> bool:
    """Set ``table.name`` to a text; whether that changed the file. Raises SettingsError."""
    import tomlkit

    file = _place(root)
    try:
        before = file.read_bytes().decode("utf-8") if file.exists() else ""
        document = tomlkit.parse(before)
        table, name = key.split(".")
        document.setdefault(table, tomlkit.table())[name] = value
        after = tomlkit.dumps(document)
        assert tomllib.loads(after)[table][name] == value
        if after == before:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, after.encode("utf-8"))
    except (OSError, ValueError) as error:
        raise _unwritable(getattr(error, "strerror", "") or str(error)) from error
    return True


def _place(root: Path) -> Path:
    """The file itself, where a symbolic link stands for it."""
    return (root / FILE).resolve()


def _read_only(folder: Path) -> Message:
    return say("{folder} is read-only", folder=folder)


def _unwritable(why: str) -> SettingsError:
    return SettingsError(
        say("{path} cannot be written: {error}", path=FILE, error=why),
        say("let yourself write there, or edit it by hand"),
    )
