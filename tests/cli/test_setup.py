"""The first minutes: ``kb init``, finding the wiki, completion of the shell."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from indexer import front_matter
from tests.conftest import Kb


def _languages(root: Path) -> dict[str, str]:
    """The ``lang`` of every document below ``kb/``."""
    return {
        path.relative_to(root / "kb").as_posix(): str(
            front_matter.split(path.name, path.read_text(encoding="utf-8"))[0].fields.get("lang")
        )
        for path in sorted((root / "kb").rglob("*.md"))
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_init_lays_out_one_language(kb: Kb, tmp_path: Path, language: str) -> None:
    root = tmp_path / "团队 wiki"
    result = kb("init", root, "--lang", language)
    assert result.returncode == 0, result.stderr
    documents = _languages(root)
    assert documents.pop("glossary.md")  # one table for both languages
    assert len(documents) >= 10
    assert set(documents.values()) == {language}
    assert "index.md" in documents
    assert not any(path.startswith("manual/") for path in documents)
    folders = {path.split("/")[0] for path in documents if "/" in path}
    assert {"retros", "lessons", "sops", "decisions"} <= folders
    assert (root / "mkdocs.yml").is_file()
    assert (root / "site_config" / "kb.toml").is_file()
    types = root / "site_config" / "types"
    assert {"retro", "lesson", "sop", "decision", "risk"} <= {p.name for p in types.iterdir()}
    assert (types / "retro" / f"template.{language}.md").is_file()


@pytest.mark.parametrize(
    ("where", "file"), [("github", ".github/workflows/site.yml"), ("gitlab", ".gitlab-ci.yml")]
)
def test_init_can_add_what_publishes_the_site(
    kb: Kb, tmp_path: Path, where: str, file: str
) -> None:
    assert kb("init", tmp_path, "--empty").returncode == 0
    assert not (tmp_path / file).exists()
    assert kb("init", tmp_path, "--empty", "--publish", where).returncode == 0
    written = (tmp_path / file).read_text(encoding="utf-8")
    assert yaml.safe_load(written)
    assert "kb build --strict" in written


@pytest.mark.parametrize("language", ["en", "zh"])
def test_init_empty_has_a_home_and_no_examples(kb: Kb, tmp_path: Path, language: str) -> None:
    assert kb("init", ".", "--empty", "--lang", language, cwd=tmp_path).returncode == 0
    assert _languages(tmp_path) == {"index.md": language}


def test_init_overwrites_nothing(kb: Kb, tmp_path: Path) -> None:
    ours = {"mkdocs.yml": "site_name: ours\n", "kb/index.md": "# Ours\n", "notes.txt": "mine"}
    for path, text in ours.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "site_config").mkdir()
    (tmp_path / "site_config" / "kb.toml").symlink_to(tmp_path / "nowhere")
    result = kb("init", tmp_path)
    assert {path: (tmp_path / path).read_text() for path in ours} == ours
    assert "kept as it was: mkdocs.yml" in result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_init_twice_writes_nothing_the_second_time(kb: Kb, tmp_path: Path) -> None:
    kb("init", tmp_path / "w")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "w").rglob("*") if p.is_file()}
    again = kb("init", tmp_path / "w")
    assert (again.returncode, again.stdout) == (0, "0 files written to w\n")
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "w").rglob("*") if p.is_file()} == before


def test_the_wiki_is_found_upward_by_option_and_by_variable(kb: Kb, indexed: Path) -> None:
    below = indexed / "kb" / "sops"
    assert kb("search", "rollback", "--paths", cwd=below).stdout == "rollback.md\n"
    elsewhere = indexed.parent / "elsewhere"
    elsewhere.mkdir()
    found = kb("--root", indexed, "search", "rollback", "--paths", cwd=elsewhere).stdout
    assert (elsewhere / found.strip()).resolve() == (below / "rollback.md").resolve()
    by_variable = kb("search", "rollback", "--paths", cwd=elsewhere, env={"KB_ROOT": str(indexed)})
    assert by_variable.stdout == found
    lost = kb("search", "rollback", cwd=elsewhere)
    assert lost.returncode == 2
    assert lost.stderr.startswith("error: no wiki in ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(
    kb: Kb, shell: str, kb_environment: Mapping[str, str], tmp_path: Path
) -> None:
    script = kb("completion", shell)
    assert (script.returncode, script.stderr) == (0, "")
    assert f"_KB_COMPLETE={shell}_complete" in script.stdout
    program = shutil.which(shell)
    if program:  # the shell itself reads it
        file = tmp_path / f"kb.{shell}"
        file.write_text(script.stdout)
        checked = subprocess.run([program, "-n", str(file)], capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_completion_completes_commands_options_and_choices(kb: Kb) -> None:
    def completed(words: str) -> set[str]:
        count = len(words.split()) - (0 if words.endswith(" ") else 1)
        environment = {
            "_KB_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(count),
        }
        lines = kb(env=environment).stdout.splitlines()
        return {line.partition(",")[2] for line in lines}

    assert completed("kb s") == {"search", "serve", "similar", "show", "stats", "status"}
    assert completed("kb search --si") == {"--since"}
    assert completed("kb search --mode ") == {"hybrid", "lexical", "semantic"}
    assert completed("kb init x --lang ") == {"en", "zh"}
