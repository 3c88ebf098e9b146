"""What every command shares with the person before it: text made safe, talk, progress, the wiki.

stdout is data, stderr is talk. Content is untrusted: nothing of it reaches the terminal but
printable characters. Knows no command.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli.language import spoken
from indexer.columns import padded
from indexer.errors import KbError
from indexer.message import Message, say

if TYPE_CHECKING:
    from indexer.app import Wiki

_STAGES = {
    "fetch": say("fetching the model (once)"),
    "prepare": say("preparing the model (once)"),
    "read": say("reading"),
    "embed": say("embedding"),
    "write": say("writing"),
    "evaluate": say("searching"),
    "pages": say("drawing pages"),
    "rows": say("reading rows"),
    "files": say("writing"),
}


class Session:
    """The global options, and the wiki they lead to."""

    def __init__(self, root: Path | None, cache_dir: Path | None, data_dir: Path | None) -> None:
        self._root = root
        self._cache_dir = cache_dir
        self._data_dir = data_dir

    @cached_property
    def root(self) -> Path:
        """Of the wiki to work on. Raises RootNotFound."""
        from indexer.root import find_root

        return self._root.absolute() if self._root else find_root(Path.cwd())

    @cached_property
    def today(self) -> dt.date:
        """The day against which things are due."""
        return dt.date.today()

    @cached_property
    def cache(self) -> Path:
        """Where what is made once for all wikis is kept."""
        return self._cache_dir or _user_cache()

    @cached_property
    def data(self) -> Path:
        """Where it is kept what this user agreed to."""
        return self._data_dir or _user_data()

    def wiki(self) -> Wiki:
        """The wiki to work on. Raises RootNotFound, SettingsError."""
        from indexer.app import Wiki

        return Wiki(self.root, self.cache, data=self.data)


def _user_cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("kb", appauthor=False)


def _user_data() -> Path:
    import platformdirs

    return platformdirs.user_data_path("kb", appauthor=False)


def printable(text: str) -> str:
    """The text without anything that could steer a terminal: control, format and bidi signs."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else " " if character in "\t\n" else "\ufffd"
        for character in text
    )


def printable_lines(text: str) -> str:
    """The same for a text of several lines: line ends and tabs stay."""
    return "\n".join(
        "\t".join(printable(part) for part in line.split("\t")) for line in text.split("\n")
    )


def print_json(value: object, *, in_one_line: bool = False) -> None:
    """Data as JSON on stdout; what is not printable is escaped, so it means the same."""
    text = json.dumps(value, ensure_ascii=False, indent=None if in_one_line else 2)
    shown = (c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
    click.echo("".join(shown))


def report(message: Message) -> None:
    """A line of what was asked for."""
    click.echo(printable(spoken(message)))


def talk(message: Message) -> None:
    """Something for the person, not for the data."""
    click.echo(printable(spoken(message)), err=True)


def complain(error: KbError) -> None:
    """The sentence and the remedy of an error."""
    label = click.style(spoken(say("error: ")), fg="red", bold=True)
    click.echo(label + printable(spoken(error.message)), err=True)
    advise(error)


def advise(error: KbError) -> None:
    """The remedy of an error, if it has one."""
    if error.hint:
        label = click.style(spoken(say("hint: ")), bold=True)
        click.echo(label + printable(spoken(error.hint)), err=True)


def shown_path(path: Path) -> str:
    """Relative to where the person is if that is shorter to read, else absolute."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("../../..") else relative


def size_text(count: int) -> str:
    """Bytes as a person reads them: 471 MB."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 999.5:
            break
        size, unit = size / 1000, larger
    return f"{size:.1f} GB" if unit == "GB" else f"{size:.0f} {unit}"


class ProgressBar:
    """A bar on stderr for each stage of long work; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            if stage == "fetch" and done == 0:
                talk(say("fetching the model, once: {size}", size=size_text(total)))
            if stage == "prepare" and done == 0:
                talk(
                    say("preparing the model, once: a quarter of a minute, minutes for a large one")
                )
            return
        if stage != self._stage:
            self.close()
            self._stage = stage
        if total < 2:
            return
        shown = size_text if stage in {"fetch", "rows"} else str
        length, digits = 24, len(shown(total))
        filled = length * done // total
        bar = "█" * filled + "░" * (length - filled)
        label = padded(spoken(_STAGES[stage]) if stage in _STAGES else stage, 26)
        click.echo(f"\r{label} {bar} {shown(done):>{digits}}/{shown(total)}", nl=False, err=True)

    def notice(self, message: Message) -> None:
        """Say something between the stages."""
        self.close()
        talk(message)

    def close(self) -> None:
        """Leave the line empty for what comes next."""
        if self._stage and sys.stderr.isatty():
            click.echo("\r\033[K", nl=False, err=True)
        self._stage = ""


@contextlib.contextmanager
def progress_bar() -> Iterator[ProgressBar]:
    """A bar that is wiped away whatever happens."""
    bar = ProgressBar()
    try:
        yield bar
    finally:
        bar.close()
