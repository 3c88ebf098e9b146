"""Templates: ours in both languages, what fills them, and those that cannot be used."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexer import front_matter
from indexer.document_schema import missing_sections, read_rules
from indexer.document_template import Filling, Template, markdown_link, one_line, read_template
from indexer.document_types import read_types
from indexer.errors import SettingsError
from indexer.parser import parse_document
from indexer.type_table import LANGUAGES

TYPES = read_types(None)
DAY = dt.date(2026, 11, 30)
NASTY = '#: "it\'s" - {a} [b] & *c* !d %e @f `g` | > \\ \u4e0a\u7ebf \U0001f600'


def fields_of(text: str) -> dict[str, object]:
    matter, problems = front_matter.split("a.md", text)
    assert problems == []
    return matter.fields


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TYPES)
def test_ours_has_all_that_its_type_asks_for(name: str, language: str) -> None:
    type_ = TYPES[name]
    filling = Filling("A", DAY, "me", "p", source="../retros/a.md", source_title="B", lifted="c")
    text = read_template(type_, language).filled(filling)
    document = parse_document("x/a.md", text.encode(), {})
    assert document.problems == ()
    assert (document.metadata.title, document.metadata.type) == ("A", name)
    assert fields_of(text)["lang"] == language
    headings = [section.headings[-1] for section in document.sections if section.headings]
    assert missing_sections(type_, headings) == []
    matter, _ = front_matter.split("a.md", text)
    left = {str(p.message).split(":")[0] for p in read_rules(type_).field_problems("a", matter)}
    assert left <= {"likelihood", "impact", "period", "kpis", "source"}  # nobody can guess those


def test_retros_ask_what_went_well_and_for_actions_with_owner_and_day() -> None:
    for language, well in (("en", "## What went well"), ("zh", "## 做得好的")):
        text = read_template(TYPES["retro"], language).filled(Filling("A", DAY))
        assert well in text
        assert "due:2026-12-14" in text


@pytest.mark.parametrize(
    "title", [NASTY, "null", "yes", "2026", "- a", "a: b", "a #b", "{{owner}}"]
)
@pytest.mark.parametrize("fence", ["---", "+++"])
def test_what_is_filled_in_stays_one_value(title: str, fence: str) -> None:
    sign = ":" if fence == "---" else " ="
    lines = (f"{key}{sign} {{{{{key}}}}}" for key in ("title", "owner", "tags", "date"))
    template = Template("t.md", "\n".join([fence, *lines, fence, "# {{title}}", ""]))
    text = template.filled(Filling(title, DAY, owner=title, tags=(title, "b")))
    fields = fields_of(text)
    assert (fields["title"], fields["owner"], fields["tags"]) == (title, title, [title, "b"])
    assert f"\n# {title}\n" in text


def test_lines_of_empty_fields_go() -> None:
    template = Template("t.md", "# {{title}}\n\n{{lifted}}\n\n{{from_link}}\n\nx {{owner}}\n")
    assert template.filled(Filling("A", DAY)) == "# A\n\nx \n"


def test_days_are_counted_on() -> None:
    template = Template("t.md", "{{date}} {{ date + 2 weeks }} {{date+3 months}} {{date + 1年}}")
    assert template.filled(Filling("A", DAY)) == "2026-11-30 2026-12-14 2027-02-28 2027-11-30"


def test_a_type_without_template_gets_one_from_its_sections(tmp_path: Path) -> None:
    folder = tmp_path / "site_config" / "types" / "experiment"
    folder.mkdir(parents=True)
    (folder / "type.toml").write_text('[[sections]]\nen = "Guess"\nzh = "假设"\n', encoding="utf-8")
    type_ = read_types(tmp_path)["experiment"]
    text = read_template(type_, "zh").filled(Filling("A: b", DAY, "me"))
    assert fields_of(text)["title"] == "A: b"
    assert text.endswith("---\n\n# A: b\n\n## 假设\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: {{title}}\n---\n{{colour}}\n", ":4: unknown field colour"),
        ("# {{ title.__class__ }}\n", ":1: unknown field title.__class__"),
        ("{{date + soon}}\n", ":1: date + soon is no day"),
        ("{{date + 9999 years}}\n", ":1: date + 9999 years is no day"),
        ('---\ntitle: "{{title}}"\n---\n', ":2: title cannot stand like this"),
        ("---\nx: y\ntitle: New {{title}}\n---\n", ":3: "),
        ("---\ntype: retro\n---\n", ":2: type cannot stand like this; write type: experiment"),
        ("---\ntitle: {{title}}\n", "no closing --- line"),
        ("a" * 70_000, "is longer than 65,536 characters"),
    ],
)
def test_a_template_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "site_config" / "types" / "experiment"
    folder.mkdir(parents=True)
    (folder / "type.toml").touch()
    (folder / "template.en.md").write_text(text, encoding="utf-8")
    type_ = read_types(tmp_path)["experiment"]
    with pytest.raises(SettingsError) as caught:
        read_template(type_, "en")
    assert caught.value.message.startswith("site_config/types/experiment/template.en.md")
    assert said in caught.value.message
    assert caught.value.hint


def test_a_type_that_is_made_from_others_names_them(tmp_path: Path) -> None:
    folder = tmp_path / "site_config" / "types" / "experiment"
    folder.mkdir(parents=True)
    (folder / "type.toml").write_text('[from]\ntypes = ["retro"]\n', encoding="utf-8")
    (folder / "template.en.md").write_text("---\ntitle: {{title}}\n---\n", encoding="utf-8")
    type_ = read_types(tmp_path)["experiment"]
    with pytest.raises(SettingsError, match=r"\{\{from\}\} is missing"):
        read_template(type_, "en")


def test_titles_are_one_line_and_steer_no_terminal() -> None:
    assert one_line(" a\n\tb\x1b[2J\u202e c\u2028d ") == "a b [2J c d"
    assert len(one_line("x" * 500)) == 200


def test_a_link_leads_there_whatever_stands_in_it() -> None:
    assert markdown_link("a [b] *c*", "../x/a (1).md") == "[a \\[b\\] \\*c\\*](<../x/a (1).md>)"
    assert markdown_link("标题", "../x/100%.md") == "[标题](../x/100%25.md)"
