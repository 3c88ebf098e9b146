"""Nothing in a wiki runs code, or makes a command read or write outside its root."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki
from tests.security.conftest import Audit

SECRET = "# Secret\n\nseldomsecret\n"
GOOD = "# Good\n\ngoodword\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the wiki that nobody may look into."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.md").write_text(SECRET)
    (folder / "kb.toml").write_text("[model]\nname = 'none'\n# seldomsecret\n")
    return folder


HOSTILE = """\
---
title: !!python/object/apply:os.system ["touch {canary}"]
owner: !!python/object/new:subprocess.Popen [[touch, "{canary}"]]
project: "{{{{ self.__init__.__globals__.__builtins__.open('{canary}', 'w') }}}}"
status: "{{% include '{secret}' %}}"
tags: [!!python/name:os.system , !include '{secret}', "${{file:{secret}}}"]
---
# A {{{{ 7 * 7 }}}} <script>alert(1)</script>

hostileword --8<-- "{secret}" ![x](file://{secret}) [x](../../outside/secret.md) `$(touch {canary})`

<%= File.read('{secret}') %> {{{{ config }}}} ${{jndi:ldap://127.0.0.1/x}}
"""


@pytest.mark.parametrize("close", ["---", ""])
def test_content_runs_nothing_and_opens_nothing_else(
    audit: Audit, wiki: Wiki, outside: Path, tmp_path: Path, close: str
) -> None:
    canary = tmp_path / "canary"
    text = HOSTILE.format(canary=canary, secret=outside / "secret.md")
    if not close:
        text = text.replace("---\n# A", "# A", 1)
    root = wiki(
        {"a.md": text, "glossary.md": text + "| Term | Other names |\n|--|--|\n| {{x}} | y |\n"}
    )
    commands = [
        ("index",),
        ("search", "hostileword", "--explain"),
        ("search", "hostileword", "--json"),
        ("show", "a.md"),
        ("list",),
        ("status",),
        ("similar", "kb/a.md"),
    ]
    for command in commands:
        seen = audit(*command, cwd=root)
        assert "Traceback" not in seen.done.stderr
        assert seen.touched(outside) == [], command
        assert seen.started() == [], command
        assert "seldomsecret" not in seen.done.stdout + seen.done.stderr
    assert not canary.exists()


def test_mkdocs_settings_are_never_loaded(audit: Audit, wiki: Wiki, tmp_path: Path) -> None:
    root = wiki({"a.md": GOOD})
    (root / "mkdocs.yml").write_text(
        "site_name: x\nhooks: [hook.py]\n"
        f'extra: !!python/object/apply:os.system ["touch {tmp_path}/canary"]\n'
    )
    (root / "hook.py").write_text(f"open('{tmp_path}/canary', 'w')\n")
    for command in (("index",), ("search", "goodword"), ("status",), ("show", "a.md")):
        seen = audit(*command, cwd=root)
        assert seen.done.returncode == 0, seen.done.stderr
        assert [e for e in seen.touched(root) if "mkdocs.yml" in e or "hook.py" in e] == []
    assert not (tmp_path / "canary").exists()


def test_links_among_the_documents(audit: Audit, wiki: Wiki, outside: Path) -> None:
    root = wiki({"good.md": GOOD})
    for name, target in {
        "out.md": outside / "secret.md",
        "folder": outside,
        "glossary.md": outside / "secret.md",
        "etc.md": Path("/etc/passwd"),
        "up.md": Path("../../outside/secret.md"),
        "circle": Path("circle"),
        "loop": root / "kb",
    }.items():
        (root / "kb" / name).symlink_to(target)
    seen = audit("index", cwd=root)
    assert seen.done.stdout.startswith("1 added")
    assert seen.touched(outside) == []
    for place in ("out.md", "folder/secret.md", "etc.md", "loop/out.md", "../../outside/secret.md"):
        seen = audit("show", place, cwd=root)
        assert (seen.done.returncode, seen.done.stdout) == (2, ""), place
        assert seen.touched(outside) == []


def test_the_content_folder_is_a_link(audit: Audit, wiki: Wiki, outside: Path) -> None:
    root = wiki({})
    (root / "kb").rmdir()
    (root / "kb").symlink_to(outside)
    for command in (("index",), ("search", "seldomsecret"), ("show", "secret.md"), ("watch",)):
        seen = audit(*command, cwd=root)
        assert (seen.done.returncode, seen.done.stdout) == (2, "")
        assert f"{root}/kb leads out of the wiki, to {outside}" in seen.done.stderr
        assert seen.touched(outside) == []
    assert not (root / ".kb").exists()


def test_a_content_folder_that_is_a_link_inside_the_wiki_is_one(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"a.md": GOOD})
    (root / "kb").rename(root / "docs")
    (root / "kb").symlink_to("docs")
    assert kb("index", cwd=root).returncode == 0
    assert kb("search", "goodword", "--paths", cwd=root).stdout == "kb/a.md\n"


@pytest.mark.parametrize("what", ["file", "folder", "circle", "device"])
def test_settings_that_are_a_link(audit: Audit, wiki: Wiki, outside: Path, what: str) -> None:
    root = wiki({"a.md": GOOD}, "default")
    folder = root / "site_config"
    if what == "folder":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        targets = {
            "file": outside / "kb.toml",
            "circle": Path("kb.toml"),
            "device": Path("/dev/zero"),
        }
        (folder / "kb.toml").symlink_to(targets[what])
    for command in (("index",), ("search", "goodword"), ("model", "use", "none")):
        seen = audit(*command, cwd=root)
        assert seen.done.returncode == 2
        assert "site_config/kb.toml is no file of this wiki" in seen.done.stderr
        assert seen.touched(outside) == []
    assert (outside / "kb.toml").read_text() == "[model]\nname = 'none'\n# seldomsecret\n"


LINKS = [
    "",
    "index.db",
    "index.db-wal",
    "lock",
    "watch.lock",
    "watch.pid",
    "vectors-0.faiss",
    ".gitignore",
]


@pytest.mark.parametrize("name", LINKS)
def test_the_index_is_a_link(audit: Audit, wiki: Wiki, outside: Path, name: str) -> None:
    root = wiki({"a.md": GOOD})
    target = outside / "target"
    link = root / ".kb" / name if name else root / ".kb"
    if name:
        (root / ".kb").mkdir()
        target.write_text("precious")
    else:
        target.mkdir()
    link.symlink_to(target)
    for command in (("index",), ("index", "--force"), ("search", "goodword"), ("watch",)):
        seen = audit(*command, cwd=root)
        assert seen.done.returncode == 2, (command, seen.done)
        assert "is a symbolic link, and kb does not write where one leads" in seen.done.stderr
        assert seen.touched(outside) == []
    assert target.is_dir() or target.read_text() == "precious"
    assert [path.name for path in (target.iterdir() if target.is_dir() else ())] == []
    link.unlink()
    assert audit("index", cwd=root).done.returncode == 0


@pytest.mark.parametrize(
    "settings",
    [
        "[types]\n'../outside' = 'x'\n'/etc' = 'y'\n",
        "[index]\nmax_file_bytes = 99999999999999999999\n",
        "[search]\nrefresh_limit = 99999999999999999999\n",
    ],
)
def test_settings_open_nothing_else(audit: Audit, wiki: Wiki, outside: Path, settings: str) -> None:
    root = wiki({"a.md": GOOD})
    file = root / "site_config" / "kb.toml"
    file.write_text(file.read_text() + settings)
    for command in (("index",), ("search", "goodword"), ("status",)):
        seen = audit(*command, cwd=root)
        assert seen.done.returncode in (0, 1), seen.done.stderr
        assert seen.touched(outside) == []
        assert seen.touched(Path("/etc")) == [] or "passwd" not in str(seen.touched(Path("/etc")))


def test_ignore_rules_open_nothing_else(audit: Audit, wiki: Wiki, outside: Path) -> None:
    """Not through links either, and whatever their patterns name."""
    root = wiki({"a.md": GOOD, "b/c.md": GOOD})
    (root / ".kbignore").write_text("../../outside/*\n/etc/*\n~/*\n[\n!\n!../outside/secret.md\n")
    (root / "kb" / ".gitignore").symlink_to(outside / "secret.md")
    (root / "kb" / "b" / ".kbignore").symlink_to("../../../outside/secret.md")
    for command in (("index",), ("search", "goodword"), ("status",)):
        seen = audit(*command, cwd=root)
        assert seen.done.returncode in (0, 1), seen.done.stderr
        assert "seldomsecret" not in seen.done.stdout + seen.done.stderr
        assert seen.touched(outside) == []


@pytest.mark.parametrize("place", ["../outside/secret.md", "../../../../etc/passwd", "/etc/passwd"])
def test_paths_that_lead_out(audit: Audit, wiki: Wiki, outside: Path, place: str) -> None:
    root = wiki({"a.md": GOOD})
    audit("index", cwd=root)
    for shown in (place, f"{place}#secret"):
        seen = audit("show", shown, cwd=root)
        assert (seen.done.returncode, seen.done.stdout) == (2, "")
        assert seen.touched(outside) == []


def test_names_are_no_options_and_no_commands(kb: Kb, wiki: Wiki, tmp_path: Path) -> None:
    name = "$(touch canary);`touch canary`&& touch canary #--help.md"
    root = wiki({name: GOOD, "-rf.md": "# Rf\n\ndashword\n"})
    kb("index", cwd=root)
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {tmp_path}/arguments\n")
    editor.chmod(0o700)
    for word, file in (("goodword", name), ("dashword", "-rf.md")):
        done = kb("search", word, "--open", cwd=root, env={"EDITOR": str(editor)})
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "arguments").read_text() == f"+{'3' if word else ''}\n{root}/kb/{file}\n"
    assert not any(path.name == "canary" for path in tmp_path.rglob("*"))
    assert os.path.lexists(root / "kb" / name)
