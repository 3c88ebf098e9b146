"""Transcripts of the command: what was typed, and every byte that came back.

A transcript is text that can be read as documentation:

    a line of prose explains what follows
    @ write kb/a.md # A\\n\\ntext          put a file into the wiki (\\n, \\t and \\e as in echo -e)
    @ delete kb/a.md
    $ kb search rollback                  run the command in the wiki
    $ LANG=zh_CN.UTF-8 kb status          with a variable of the environment
    what it wrote to stdout
    2> what it wrote to stderr
    [1]                                   its exit status, if it is not 0

What differs from run to run has a placeholder: {root}, {seconds}, {version}, {count}, …
``KB_REGENERATE=1 pytest tests/cli`` writes what the command does now; read the difference.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from indexer import __version__
from indexer.cli.main import main
from tests.conftest import Kb

_COMMAND = re.compile(r"\$ (\w+=\S+ )*kb\b")
_PLACEHOLDERS = (
    (re.compile(r"\b\d+\.\d (?=s$|秒$)", re.MULTILINE), "{seconds} "),
    (re.compile(r'"seconds": [\d.]+'), '"seconds": {seconds}'),
    (re.compile(r"^\d+ files written to", re.MULTILINE), "{count} files written to"),
    (re.compile(r"(^kept as it was: site_config/.*\n)+", re.MULTILINE), "{kept settings}\n"),
    (re.compile(r"(?<=the hub's cache )\S+(?=, )"), "{cache}"),
    (re.compile(r"(?<=, version )" + re.escape(__version__)), "{version}"),
)


def every_command(group: click.Group = main) -> Iterator[tuple[str, ...]]:
    """The words of each command, groups before what is in them: ("model",), ("model", "use"), …"""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (name,)
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((name, *words) for words in every_command(command))


def replay(transcript: str, root: Path, kb: Kb) -> str:
    """The transcript as it would be written now."""
    return "".join(f"{line}\n" for line in _lines(transcript.splitlines(), root, kb))


def _lines(written: list[str], root: Path, kb: Kb) -> Iterator[str]:
    answering = False
    for line in written:
        if _COMMAND.match(line):
            yield line
            yield from _answer(shlex.split(line)[1:], root, kb)
            answering = True
        elif line.startswith("@ "):
            answering = False
            _prepare(line[2:], root)
            yield line
        elif not line or not answering:
            answering = False
            yield line


def _prepare(step: str, root: Path) -> None:
    verb, path, *rest = step.split(" ", 2)
    file = root / path
    if verb == "delete":
        file.unlink()
        return
    assert verb == "write", step
    file.parent.mkdir(parents=True, exist_ok=True)
    content = rest[0].replace("\\n", "\n").replace("\\t", "\t").replace("\\e", "\x1b")
    file.write_text(content, encoding="utf-8")


def _answer(words: list[str], root: Path, kb: Kb) -> Iterator[str]:
    start = words.index("kb")
    environment = dict(word.split("=", 1) for word in words[:start])
    result = kb(*words[start + 1 :], cwd=root, env=environment)
    # An empty line would end the answer.
    yield from (line or "." for line in _placed(result.stdout, root).splitlines())
    yield from (f"2> {line}".rstrip() for line in _placed(result.stderr, root).splitlines())
    if result.returncode:
        yield f"[{result.returncode}]"


def _placed(output: str, root: Path) -> str:
    output = output.replace("\0", "{NUL}").replace(str(root), "{root}")
    for pattern, name in _PLACEHOLDERS:
        output = pattern.sub(name, output)
    return output
