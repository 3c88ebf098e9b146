"""Types as they stand in ``site_config/types``: which there are, and what is said of bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.document_types import (
    built_in_folders,
    folder_types,
    read_types,
    types_stamp,
)
from indexer.errors import SettingsError
from indexer.settings import load_settings
from indexer.type_table import LANGUAGES

BUILT_IN = ["retro", "lesson", "sop", "decision", "risk", "charter", "feedback", "review", "manual"]


def write(root: Path, path: str, text: str) -> Path:
    file = root / "site_config" / "types" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def error_of(root: Path) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read_types(root)
    assert caught.value.hint
    return caught.value


def test_a_wiki_without_types_has_those_that_come_with_kb(tmp_path: Path) -> None:
    types = read_types(tmp_path)
    assert list(types) == BUILT_IN
    assert load_settings(tmp_path).types == built_in_folders()


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_of_ours_has_its_words_in_both_languages(name: str) -> None:
    type_ = read_types(None)[name]
    for texts in (type_.label, type_.plural, type_.about, *(s.names for s in type_.sections)):
        assert list(texts) == list(LANGUAGES)
    assert type_.sections or name == "manual"


def test_a_folder_of_the_wiki_is_a_type_and_takes_the_place_of_ours(tmp_path: Path) -> None:
    write(tmp_path, "experiment/type.toml", '[label]\nzh = "实验"\n')
    write(tmp_path, "retro/type.toml", 'order = 999\nfolders = ["retros", "postmortems"]\n')
    types = read_types(tmp_path)
    assert list(types) == [*BUILT_IN[1:], "retro", "experiment"]
    assert types["experiment"].labelled("en") == types["experiment"].labelled("zh") == "实验"
    assert types["retro"].sections == ()
    assert types["retro"].labelled("zh") == "Retro"
    folders = folder_types(types)
    assert (folders["experiment"], folders["postmortems"]) == ("experiment", "retro")


def test_the_settings_add_folders_to_a_type(tmp_path: Path) -> None:
    (tmp_path / "site_config").mkdir()
    settings = '[types]\nincidents = "retro"\nsops = "process"\n'
    (tmp_path / "site_config" / "kb.toml").write_text(settings)
    types = load_settings(tmp_path).types
    assert (types["incidents"], types["sops"], types["retros"]) == ("retro", "process", "retro")


def test_what_is_no_folder_or_hidden_is_no_type(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "# Types")
    write(tmp_path, ".git/x", "")
    write(tmp_path, "_old/type.toml", "")
    assert list(read_types(tmp_path)) == BUILT_IN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("order = \n", "type.toml: Invalid value (at line 1, column 9)"),
        ('order = 1\n\ncolour = "red"\n', "type.toml:3: colour: unknown; known are order, folders"),
        ('[label]\nen = "A"\nfr = "B"\n', "type.toml:3: label.fr: unknown; known are en, zh"),
        ("[label]\nzh = 5\n", "type.toml:2: label.zh: must be one line"),
        ('label = "A"\n', "type.toml:1: label: must be a table: [label]"),
        ('order = "first"\n', "type.toml:1: order: must be a whole number from 0 to 1000"),
        ("order = true\n", "type.toml:1: order: must be a whole number"),
        ('folders = "a"\n', 'type.toml:1: folders: must be a list of texts: ["…"]'),
        ('folders = ["../a"]\n', "type.toml:1: folders: must be names of folders directly below"),
        ('folders = ["a/b"]\n', "must be names of folders directly below kb/"),
        ('folders = [".."]\n', "must be names of folders directly below kb/"),
        ('folders = ["C:"]\n', "must be names of folders directly below kb/"),
        ('folders = ["_drafts"]\n', "must be names of folders directly below kb/"),
        ('folders = ["a\\u001b[2J"]\n', 'must be a list of texts: ["…"]'),
        ('sections = "Causes"\n', "type.toml:1: sections: must be tables: [[sections]]"),
        (
            '[[sections]]\nen = "A"\n\n[[sections]]\nalso = ["B"]\n',
            "type.toml:4: sections: a section needs a heading",
        ),
        (
            '[[sections]]\nen = "A"\n\n[[sections]]\nen = "B"\nrequired = true\n',
            "type.toml:6: sections.required: unknown; known are en, zh, also",
        ),
        ("[from]\ntake = []\n", "type.toml:1: from.types: name the types"),
        ("[[from]]\n", "type.toml:1: from: must be a table: [from]"),
        ('folders = ["risks"]\n', "the folder risks is that of the type risk already"),
        ("a" * 70_000, "type.toml is longer than 65,536 characters"),
        ("a" + ".a" * 60 + " = 1\n", "type.toml: a key of more than 50 parts (at line 1)"),
        ("x = " + "[" * 5_000, "type.toml: "),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, "experiment/type.toml", text)
    error = error_of(tmp_path)
    assert said in error.message
    assert "site_config/types/experiment/type.toml" in error.message


def test_a_folder_without_its_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, "experiment/template.en.md", "# A")
    assert error_of(tmp_path).message == "site_config/types/experiment/type.toml is missing"


@pytest.mark.parametrize("name", ["a b", "-a", "x" * 41, "a.b"])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"{name}/type.toml", "")
    assert error_of(tmp_path).message == f"site_config/types/{name} is no name of a document type"


def test_links_do_not_lead_out_of_the_wiki(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "type.toml").write_text("secret words", encoding="utf-8")
    places = ("site_config/types", "site_config/types/a", "site_config/types/a/type.toml")
    for number, place in enumerate(places):
        root = tmp_path / f"wiki-{number}"
        link = root / place
        link.parent.mkdir(parents=True)
        link.symlink_to(outside / "type.toml" if place.endswith("toml") else outside)
        error = error_of(root)
        assert f"{place} leads out of this wiki" in error.message
        assert "secret" not in error.message


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a/type.toml", "").write_bytes(b"\xff\xfe\x00")
    assert "site_config/types/a/type.toml cannot be read" in error_of(tmp_path).message


def test_a_change_of_a_type_is_seen(tmp_path: Path) -> None:
    nothing = types_stamp(tmp_path)
    file = write(tmp_path, "a/type.toml", "")
    empty = types_stamp(tmp_path)
    file.write_text("order = 5\n", encoding="utf-8")
    assert len({nothing, empty, types_stamp(tmp_path)}) == 3
