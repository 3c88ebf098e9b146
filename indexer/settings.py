"""Settings of a wiki: what ``site_config/kb.toml`` says, with its document types -> validated and
immutable.

The one place where settings are read; every key has its default here and its line in the manual.
An unknown key or a value of the wrong kind is an error that names file and key. It reads no
environment and finds no root.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from indexer.document_types import Types, folder_types, read_types, types_stamp
from indexer.errors import SettingsError
from indexer.message import say
from indexer.private_folder import leads_out
from indexer.toml_text import read_toml
from indexer.tracker_links import LONGEST_PATTERN, MOST_COUNTS, Tracker, tracker
from indexer.webhook_settings import KINDS, PREFIX, SIGNED, Webhook, webhook

FILE = "site_config/kb.toml"
CONTENT = "kb"
_MAX_CHARACTERS = 65_536  # as much as front matter may have
_LONGEST_VALUE = 80  # characters of a wrong value that are shown
NO_MODEL = "none"
"""The ``model.name`` of a wiki that is searched by words only."""


class Settings(NamedTuple):
    """Everything a wiki may set; the field comments are the manual's."""

    model: str = "sentence-transformers/all-MiniLM-L6-v2"
    """``model.name``: a sentence-transformers model by name or folder; "none" for words only."""
    max_file_bytes: int = 5_000_000
    """``index.max_file_bytes``: larger files are reported instead of indexed."""
    refresh_limit: int = 8
    """``search.refresh_limit``: up to so many changed files a search brings in by itself."""
    types: Mapping[str, str] = MappingProxyType({})
    """``types``: folder below ``kb/`` -> name of a type, added to what the types say themselves."""
    document_types: Types = MappingProxyType({})
    """Those of ``site_config/types`` and those that come with kb."""
    trackers: tuple[Tracker, ...] = ()
    """``trackers.NAME``: which ids of a tracker lead where, the first that fits."""
    webhooks: Mapping[str, Webhook] = MappingProxyType({})
    """``webhooks.NAME``: where digests can be sent, by name."""
    people: Mapping[str, str] = MappingProxyType({})
    """``people``: who owns documents and actions here -> who that is, for people."""


KEYS: Mapping[str, tuple[str, type]] = MappingProxyType(
    {
        "model.name": ("model", str),
        "index.max_file_bytes": ("max_file_bytes", int),
        "search.refresh_limit": ("refresh_limit", int),
    }
)


def settings_stamp(root: Path) -> tuple[object, ...]:
    """Another one means that the settings may say something else."""
    try:
        status = (root / FILE).stat()
    except OSError:
        return (0, 0, 0, *types_stamp(root))
    return (status.st_ino, status.st_size, status.st_mtime_ns, *types_stamp(root))


def check_place(root: Path) -> None:
    """Raises SettingsError if the file is reached through a link that leads out of the wiki."""
    path = root / FILE
    if leads_out(path, root) or (path.exists() and not path.is_file()):
        raise SettingsError(
            say(
                "{path} is no file of this wiki: {target}", path=FILE, target=os.path.realpath(path)
            ),
            say("put the settings themselves there"),
        )


def load_settings(root: Path) -> Settings:
    """The settings of the wiki at ``root``; defaults if it has no file. Raises SettingsError."""
    settings = _validated(_written(root))
    types = read_types(root)
    folders = MappingProxyType({**folder_types(types), **settings.types})
    return settings._replace(types=folders, document_types=types)


def _written(root: Path) -> Mapping[str, Any]:
    """What the file says; nothing if there is none."""
    path = root / FILE
    check_place(root)
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_MAX_CHARACTERS + 1)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            say("{path} cannot be read: {error}", path=FILE, error=error),
            say("save it as UTF-8 text"),
        ) from error
    if len(text) > _MAX_CHARACTERS:
        raise SettingsError(
            say("{path} is longer than {limit:,} characters", path=FILE, limit=_MAX_CHARACTERS),
            say("settings are a few lines; check what was written there"),
        )
    try:
        return read_toml(text)
    except ValueError as error:
        raise SettingsError(
            say("{path}: {error}", path=FILE, error=error), say("mend the TOML, or delete the file")
        ) from error


def _validated(written: Mapping[str, Any]) -> Settings:
    values: dict[str, Any] = {}
    for table, content in written.items():
        if not isinstance(content, dict):
            raise SettingsError(
                say("{path}: {table} must be a table", path=FILE, table=table),
                say("write it as [{table}]", table=table),
            )
        if table == "types":
            values["types"] = MappingProxyType(_types(content))
            continue
        if table == "people":
            values["people"] = MappingProxyType(_people(content))
            continue
        if table == "trackers":
            values["trackers"] = tuple(_tracker(name, said) for name, said in content.items())
            continue
        if table == "webhooks":
            found = {name: _webhook(name, said) for name, said in content.items()}
            values["webhooks"] = MappingProxyType(found)
            continue
        for key, value in content.items():
            name, checked = _checked(f"{table}.{key}", value)
            values[name] = checked
    return Settings(**values)


def _checked(key: str, value: Any) -> tuple[str, Any]:
    if key not in KEYS:
        known = ", ".join([*KEYS, "types.FOLDER", "trackers.NAME", "webhooks.NAME", "people.NAME"])
        raise SettingsError(
            say("{path}: unknown setting {key}", path=FILE, key=key),
            say("known settings: {known}", known=known),
        )
    name, kind = KEYS[key]
    expected = {
        str: say("{key} must be text", key=key),
        int: say("{key} must be a whole number", key=key),
    }[kind]
    found = say("{path}: {key} = {value}", path=FILE, key=key, value=_shown(value))
    if isinstance(value, bool) or not isinstance(value, kind):
        raise SettingsError(found, expected)
    if isinstance(value, int) and value < 0:
        raise SettingsError(found, say("{key} must not be negative", key=key))
    if isinstance(value, str) and not value.strip():
        raise SettingsError(
            say("{path}: {key} is empty", path=FILE, key=key),
            say("give {key} a value or delete its line", key=key),
        )
    return name, value


def _types(content: Mapping[str, Any]) -> dict[str, str]:
    for folder, type_ in content.items():
        if not isinstance(type_, str) or not type_:
            raise SettingsError(
                say(
                    "{path}: {key} = {value}", path=FILE, key=f"types.{folder}", value=_shown(type_)
                ),
                say('write it as: folder = "type"'),
            )
    return dict(content)


def _people(content: Mapping[str, Any]) -> dict[str, str]:
    for name, said in content.items():
        if not isinstance(said, str) or not name.strip():
            raise SettingsError(
                say("{path}: {key} = {value}", path=FILE, key=f"people.{name}", value=_shown(said)),
                say('write it as: release-manager = "who plans and runs releases"'),
            )
    return dict(content)


def _tracker(name: str, said: object) -> Tracker:
    place = f"trackers.{name}"
    wanted = say(
        'write it as: {name} = {{ pattern = "PC-\\d+", url = "https://…/{{id}}" }}', name=name
    )
    if not isinstance(said, dict) or set(said) != {"pattern", "url"}:
        raise SettingsError(
            say("{path}: {key} = {value}", path=FILE, key=place, value=_shown(said)), wanted
        )
    try:
        return tracker(name, str(said["pattern"]), str(said["url"]))
    except ValueError as error:
        reasons = {
            "pattern": say(
                "a pattern has at most {length} characters, classes and {counts} counts (+ * ?);"
                " alternatives and counted groups are not taken",
                length=LONGEST_PATTERN,
                counts=MOST_COUNTS,
            ),
            "url": say("an address begins with https:// or http://, a host and a slash"),
            "placeholder": say("an address holds {{id}}, or the number of a group such as {{1}}"),
        }
        wrong = str(error)
        key = "pattern" if wrong == "pattern" else "url"
        raise SettingsError(
            say(
                "{path}: {key} = {value}", path=FILE, key=f"{place}.{key}", value=_shown(said[key])
            ),
            reasons[wrong],
        ) from error


def _webhook(name: str, said: object) -> Webhook:
    """Values are not shown: somebody may have written an address or a secret there."""
    place = f"webhooks.{name[:40]}"
    try:
        if not isinstance(said, dict):
            raise ValueError("")
        return webhook(name, said)
    except ValueError as error:
        key = str(error)[:40]
        wanted = {
            "name": say("a name has letters, digits, - and _"),
            "kind": say("kind is one of: {kinds}", kinds=", ".join(KINDS)),
            "url_env": say(
                "url_env names the environment variable that holds the address; it begins with"
                " {prefix}",
                prefix=PREFIX,
            ),
            "secret_env": say(
                "secret_env names the environment variable that holds the secret; it begins with"
                " {prefix}, and only {kinds} are signed",
                prefix=PREFIX,
                kinds=", ".join(SIGNED),
            ),
            "site_url": say("site_url is the address of the site: https://…"),
        }
        hint = wanted.get(
            key,
            say(
                'write it as: {name} = {{ kind = "wecom", url_env = "{prefix}…" }}',
                name="team",
                prefix=PREFIX,
            ),
        )
        shown = f"{place}.{key}" if key and key != "name" else place
        raise SettingsError(
            say("{path}: {key} cannot be used", path=FILE, key=shown), hint
        ) from None


def _shown(value: object) -> str:
    """The value as it may be printed: of a hexadecimal number nobody knows how long it is."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return "…"
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
