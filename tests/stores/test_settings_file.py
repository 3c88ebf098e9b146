"""Writing one setting: every other byte stays, and the file is old or new but never half."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from indexer.errors import SettingsError
from indexer.settings import load_settings
from indexer.settings_file import check_writable, write_setting

MODEL = "BAAI/bge-m3"


def _file(root: Path, content: str | None = None) -> Path:
    file = root / "site_config" / "kb.toml"
    if content is not None:
        file.parent.mkdir()
        file.write_bytes(content.encode())
    return file


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f'[model]\nname = "{MODEL}"\n'),
        ('[model]\nname = "none"\n', f'[model]\nname = "{MODEL}"\n'),
        (
            '# ours\n[model]   # which\nname = "none"  # words\n\n[types]\n"ретро" = "retro"\n',
            f'# ours\n[model]   # which\nname = "{MODEL}"  # words\n\n[types]\n"ретро" = "retro"\n',
        ),
        ('model.name = "none"\n', f'model.name = "{MODEL}"\n'),
        ('model = { name = "none" }\n', f'model = {{ name = "{MODEL}" }}\n'),
        ("[index]\nmax_file_bytes = 7 # seven", None),
        ('[model]\r\nname = "none"\r\n', f'[model]\r\nname = "{MODEL}"\r\n'),
        ("# only a remark", None),
    ],
)
def test_only_the_setting_changes(tmp_path: Path, before: str, after: str | None) -> None:
    file = _file(tmp_path, before)
    assert write_setting(tmp_path, "model.name", MODEL)
    written = file.read_bytes().decode()
    if after is not None:
        assert written == after
    else:
        assert written.startswith(before)
    wanted = tomllib.loads(before)
    assert tomllib.loads(written) == {**wanted, "model": {"name": MODEL}}
    assert load_settings(tmp_path).model == MODEL
    assert not write_setting(tmp_path, "model.name", MODEL)
    assert file.read_bytes().decode() == written
    assert [f.name for f in file.parent.iterdir()] == ["kb.toml"]


def test_a_wiki_without_settings_gets_the_file(tmp_path: Path) -> None:
    check_writable(tmp_path)
    assert write_setting(tmp_path, "model.name", 'odd "name" \\ 名')
    assert load_settings(tmp_path).model == 'odd "name" \\ 名'


@pytest.mark.skipif(os.name == "nt", reason="no modes and no links there")
def test_mode_and_symbolic_link_stay(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text("[search]\nrefresh_limit = 1\n")
    (tmp_path / "shared.toml").chmod(0o640)
    file = _file(tmp_path)
    file.parent.mkdir()
    file.symlink_to(tmp_path / "shared.toml")
    write_setting(tmp_path, "model.name", MODEL)
    assert file.is_symlink()
    assert (tmp_path / "shared.toml").stat().st_mode & 0o777 == 0o640
    assert load_settings(tmp_path).refresh_limit == 1


def test_what_cannot_be_written_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _file(tmp_path, "[search]\nrefresh_limit = 1\n")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="cannot be written: No space left"):
        write_setting(tmp_path, "model.name", MODEL)
    assert file.read_text() == "[search]\nrefresh_limit = 1\n"
    assert [f.name for f in file.parent.iterdir()] == ["kb.toml"]


def test_read_only_is_seen_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """os.access is answered here, since tests may run as the superuser, to whom all is open."""
    file = _file(tmp_path, "")
    for closed in (file, file.parent):
        monkeypatch.setattr(os, "access", lambda path, _, closed=closed: Path(path) != closed)
        with pytest.raises(SettingsError, match=r"kb.toml cannot be written: .* read-only"):
            check_writable(tmp_path)
