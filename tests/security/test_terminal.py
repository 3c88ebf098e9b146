"""Whatever a wiki holds, its documents' signs do not steer the terminal that shows them."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Kb, write_document

NASTY = "\x1b[31m\x1b]0;owned\x07\x9b2J\u202e\u2066\u200b\x08\x7f\r\x85\u2028"
OURS = re.compile(r"\x1b\[[0-9;]*m|\r\x1b\[K|\r\n|\r(?=[^\r\n]*[█░])")
"""Colours, a wiped line, the terminal's line ends, a bar that is drawn again."""


def _yaml(text: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"'


@pytest.fixture(scope="module")
def root(kb_in: Kb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wiki that is nasty wherever something can be written."""
    root = tmp_path_factory.mktemp("nasty")
    nasty = _yaml(f"a{NASTY}b")
    fields = "".join(f"{key}: {nasty}\n" for key in ("title", "owner", "project", "status"))
    body = f"# Heading {NASTY}\n\nescword {NASTY} text\n\n## <b>{NASTY}</b> {{#x{NASTY}}}\n\nmore\n"
    write_document(root, "a.md", f"---\n{fields}tags: [{nasty}]\n---\n{body}")
    write_document(
        root, "b\x1b[31m\u202e\x07.md", f"---\ndate: {nasty}\n{NASTY}: [\n---\nnameword {NASTY}\n"
    )
    write_document(
        root, "c.md", f"---\nstatus: [[{nasty}]]\ndate: {nasty}\ntags: {{{nasty}: 1}}\n---\nx\n"
    )
    row = f"| escword{NASTY} | x{NASTY}, y | {NASTY} |\n"
    head = "| Term | Other names | Language |\n|--|--|--|\n"
    write_document(root, "glossary.md", head + 2 * row)
    (root / "site_config").mkdir()
    (root / "site_config" / "kb.toml").write_text('[model]\nname = "none"\n')
    kb_in(root, "index")
    return root


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("index", "--force"),
    ("index", "--force", "--json"),
    ("search", "escword", "--explain"),
    ("search", "escword", "--json", "--explain"),
    ("search", "nameword"),
    ("search", "nameword", "--paths"),
    ("search", "nameword", "--open"),
    ("list",),
    ("list", "--json"),
    ("list", "--paths"),
    ("show", "a.md"),
    ("show", "a.md#nothing"),
    ("show", "--json", "a.md"),
    ("show", "b\x1b[31m\u202e\x07.md"),
    ("show", f"no{NASTY}.md"),
    ("similar", "kb/a.md"),
    ("similar", f"no{NASTY}"),
    ("status",),
    ("status", "--json"),
    ("search", f"x{NASTY}"),
    ("search", "x", "--since", NASTY),
    ("search", "x", "--mode", NASTY),
    ("search", "x", f"--no{NASTY}"),
    ("list", f"--no{NASTY}"),
    ("show", "a.md", f"extra{NASTY}"),
    (f"no{NASTY}",),
    ("--root", f"no{NASTY}", "list"),
    ("model", "use", f"./no{NASTY}"),
    ("model", f"no{NASTY}"),
    ("eval", f"no{NASTY}", f"no{NASTY}"),
    ("init", f"/dev/null/{NASTY}"),
)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: repr(" ".join(command)))
def test_nothing_reaches_a_pipe(kb: Kb, root: Path, command: tuple[str, ...], lang: str) -> None:
    done = kb(*command, cwd=root, env={"KB_LANG": lang, "EDITOR": f"no{NASTY}"})
    printed = done.stdout + done.stderr
    assert printed
    assert "Traceback" not in printed
    assert {c for c in printed if not c.isprintable() and c not in "\n\t"} == set()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: repr(" ".join(command)))
def test_nothing_reaches_a_terminal_but_our_own_colours(
    kb_command: list[str], kb_environment: Mapping[str, str], root: Path, command: tuple[str, ...]
) -> None:
    _assert_harmless(_on_a_terminal([*kb_command, *command], root, kb_environment))


def test_paths_with_nul_are_made_safe_on_a_terminal_and_left_alone_in_a_pipe(
    kb: Kb, kb_command: list[str], kb_environment: Mapping[str, str], root: Path
) -> None:
    command = ("search", "nameword", "--paths", "-0")
    assert kb(*command, cwd=root).stdout == "kb/b\x1b[31m\u202e\x07.md\0"
    shown = _on_a_terminal([*kb_command, *command], root, kb_environment)
    _assert_harmless(shown.replace("\0", ""))


def test_json_gives_the_text_as_it_is(kb: Kb, root: Path) -> None:
    done = kb("search", "escword", "--json", cwd=root)
    hit = json.loads(done.stdout)[0]
    assert hit["title"].startswith("a\x1b[31m\x1b]0;owned\x07\x9b2J\u202e")
    assert "\x1b" in hit["passage"]


def test_passages_are_plain_text(kb: Kb, tmp_path: Path) -> None:
    write_document(
        tmp_path, "a.md", "# <script>x</script> & Co\n\nplainword <b>bold</b> 1 < 2 & `<i>`\n"
    )
    (tmp_path / "site_config").mkdir()
    (tmp_path / "site_config" / "kb.toml").write_text('[model]\nname = "none"\n')
    kb("index", cwd=tmp_path)
    hit = json.loads(kb("search", "plainword", "--json", cwd=tmp_path).stdout)[0]
    assert hit["passage"] == "plainword bold 1 < 2 & <i>"
    assert [hit["passage"][start:end] for start, end in hit["highlights"]] == ["plainword"]
    assert hit["title"] == "x & Co"


def _on_a_terminal(command: list[str], cwd: Path, environment: Mapping[str, str]) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**environment, "TERM": "xterm-256color", "EDITOR": "true"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    process.wait(60)
    return shown.decode()


def _assert_harmless(shown: str) -> None:
    left = OURS.sub("", shown)
    assert {c for c in left if not c.isprintable() and c not in "\n\t"} == set(), repr(left)
