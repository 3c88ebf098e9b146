"""The messages of the code, of the help and of click, beside the catalogue that people translate.

``KB_REGENERATE=1 pytest tests/language`` brings the catalogue to the messages of the code (new ones
untranslated, stale ones gone) and compiles it.
"""

from __future__ import annotations

import ast
import inspect
import io
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from indexer.cli.help_page import messages
from indexer.cli.main import main

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "indexer"
FOLDER = PACKAGE / "locale" / "zh" / "LC_MESSAGES"
SOURCE = FOLDER / "kb.po"
COMPILED = FOLDER / "kb.mo"

_CLICK = Path(click.__file__).parent
_CLICK_KEYWORDS = {"_": None, "ngettext": (1, 2)}

_HEADER = """\
# What kb says, in Chinese. After a change: KB_REGENERATE=1 python -m pytest tests/language
msgid ""
msgstr ""
"Project-Id-Version: kb\\n"
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Id = str | tuple[str, ...]


def written() -> Catalog:
    """The catalogue as people edit it."""
    with open(SOURCE, "rb") as file:
        return read_po(file, locale="zh")


def compiled() -> Catalog:
    """The catalogue as the command reads it."""
    with open(COMPILED, "rb") as file:
        return read_mo(file)


def translations(catalogue: Catalog) -> dict[Id, Id]:
    """Message -> translation."""
    return {_id(message.id): _id(message.string or "") for message in catalogue if message.id}


def ours() -> Iterator[tuple[Id, str]]:
    """Every message of the package, with a file that says it."""
    yield from _in_code()
    yield from _in_help()


def of_click() -> Iterator[tuple[Id, str]]:
    """Every message of the installed click, with its file."""
    for file, _, message, _, _ in extract_from_dir(_CLICK, keywords=_CLICK_KEYWORDS):
        yield _id(message), f"click/{file}"
    yield "required", "click/core.py"  # it is looked up by a variable


def not_written_out() -> list[str]:
    """Calls of ``say`` whose template is no literal, so that no catalogue can hold it."""
    return [
        f"{file}:{call.lineno}"
        for file, call in _calls("say")
        if not (call.args and isinstance(call.args[0], ast.Constant))
    ]


def regenerate() -> None:
    """Bring the catalogue to the messages of the code, and compile it."""
    catalogue = written()
    known = translations(catalogue)
    template = Catalog()
    for message, file in ours():
        template.add(message, locations=[(file, 0)])
    for message, file in of_click():
        if message in known:  # people choose what of click can be seen
            template.add(message, locations=[(file, 0)])
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    text = io.BytesIO()
    write_po(text, catalogue, width=100, sort_by_file=True, include_lineno=False, omit_header=True)
    SOURCE.write_bytes(_HEADER.encode() + text.getvalue())
    with open(COMPILED, "wb") as file_:
        write_mo(file_, catalogue)


def _calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Calls of functions with these names in the package. Babel misses those inside others."""
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id in names:
                yield file, call


def _in_code() -> Iterator[tuple[Id, str]]:
    for file, call in _calls("say", "translated"):
        if call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value), file


def _in_help() -> Iterator[tuple[Id, str]]:
    for command in _commands(main):
        assert command.callback is not None
        module = inspect.getsourcefile(inspect.unwrap(command.callback))
        assert module is not None
        options = [p.help for p in command.params if isinstance(p, click.Option)]
        for text in (command.help, command.epilog, *options):
            for message in messages(text or ""):
                yield message, Path(module).relative_to(ROOT).as_posix()


def _commands(command: click.Command) -> Iterator[click.Command]:
    """The command and all below it."""
    yield command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _commands(below)


def _id(message: str | list[str] | tuple[str, ...]) -> Id:
    return message if isinstance(message, str) else tuple(message)
