"""What is asked of a document's fields and sections, and schemas that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer import front_matter
from indexer.document_schema import TypeRules, read_rules
from indexer.document_types import read_types
from indexer.errors import SettingsError
from indexer.model import Severity
from indexer.schema_file import read_schema

TYPES = read_types(None)
RULES = {name: read_rules(type_) for name, type_ in TYPES.items()}


def faults(rules: TypeRules, matter: str) -> list[tuple[int, str]]:
    """Line and message of each problem of the fields, by line."""
    fields, _ = front_matter.split("a.md", f"---\n{matter}\n---\n# A\n")
    return sorted((p.line, str(p.message)) for p in rules.field_problems("a.md", fields))


def of_schema(schema: object) -> TypeRules:
    from indexer.schema_validator import checker

    read = read_schema("schema.json", json.dumps(schema))
    return TypeRules(TYPES["retro"], checker(read))


def test_each_fault_stands_at_its_key() -> None:
    matter = "title: A\ndate: soon\nowner: me\nstatus: opened\nlikelihood: 7\nimpact: '4'"
    assert faults(RULES["risk"], matter) == [
        (3, "date: 'soon' is no date; write it as 2026-03-20"),
        (5, "status: 'opened' is none of: open, mitigated, closed, 开放, 已缓解, 已关闭"),
        (6, "likelihood: must be at most 5"),
    ]


def test_a_field_without_a_value_is_missing_where_it_stands() -> None:
    assert faults(RULES["retro"], "title: A\nowner:\ntags: []") == [
        (1, "date: is missing"),
        (3, "owner: is missing"),
    ]


def test_a_place_inside_a_list_is_named_as_people_count() -> None:
    matter = (
        "date: 2026年9月30日\nowner: [a, b]\nperiod: 2026-Q3\nkpis:\n"
        "  - {name: a, target: 95.5, actual: -3}\n  - {target: lots, better: up}"
    )
    assert faults(RULES["review"], matter) == [
        (5, "kpis[2].better: 'up' is none of: higher, lower, 越高越好, 越低越好"),
        (5, "kpis[2].name: is missing"),
        (5, "kpis[2].target: must be a number, not lots"),
    ]


def test_words_of_the_schema_say_what_alternatives_mean() -> None:
    assert faults(RULES["retro"], "date: 2026-03-20\nowner: {a: b}") == [
        (3, "owner: must be: One text, or a list of them")
    ]


def test_toml_has_dates_and_numbers_of_its_own() -> None:
    text = (
        '+++\ndate = 2026-03-20\nowner = "me"\nstatus = "open"\nlikelihood = 4\nimpact = 9\n+++\n'
    )
    fields, _ = front_matter.split("a.md", text)
    found = [str(p.message) for p in RULES["risk"].field_problems("a.md", fields)]
    assert found == ["impact: must be at most 5"]


@pytest.mark.parametrize(
    ("schema", "matter", "said"),
    [
        (
            {"properties": {"a": {"type": "integer"}}},
            "a: 4.5",
            "a: must be a whole number, not 4.5",
        ),
        ({"properties": {"a": {"type": "boolean"}}}, "a: yes", "a: must be true or false, not yes"),
        (
            {"properties": {"a": {"type": ["array", "null"]}}},
            "a: b",
            "a: must be a list or nothing",
        ),
        ({"properties": {"a": {"const": 3}}}, "a: 4", "a: '4' must be 3"),
        ({"properties": {"a": {"enum": [1, 2]}}}, "a: 3", "a: '3' is none of: 1, 2"),
        ({"properties": {"a": {"minimum": 2.5}}}, "a: 2", "a: must be at least 2.5"),
        ({"properties": {"a": {"exclusiveMaximum": 2}}}, "a: 2", "a: must be less than 2"),
        ({"properties": {"a": {"minLength": 3}}}, "a: ab", "a: must have at least 3 characters"),
        ({"properties": {"a": {"maxItems": 1}}}, "a: [b, c]", "a: must hold at most 1"),
        ({"properties": {"a": {"uniqueItems": True}}}, "a: [b, b]", "a: holds something twice"),
        (
            {"properties": {"a": {"pattern": "^PC-\\d+$"}}},
            "a: PC",
            "a: 'PC' does not fit the pattern",
        ),
        ({"properties": {"a": {"format": "span"}}}, "a: often", "a: 'often' is no span"),
        ({"properties": {"a": {}}, "additionalProperties": False}, "b: 1", "not asked for here: b"),
        ({"not": {"required": ["a"]}}, "a: 1", "is not what not asks for"),
        ({"dependentRequired": {"a": ["b"]}}, "a: 1", "is not what dependentRequired asks for"),
    ],
)
def test_what_is_said_of_each_keyword(schema: object, matter: str, said: str) -> None:
    found = faults(of_schema(schema), matter)
    assert len(found) == 1
    assert said in found[0][1]


@pytest.mark.parametrize(
    ("schema", "matter"),
    [
        ({"properties": {"a": {"enum": [1, "b"]}, "c": {"const": 2}}}, "a: 1\nc: '2'"),
        ({"properties": {"a": {"type": "string"}}}, "a: 2026"),
        ({"properties": {"a": {"format": "email"}}}, "a: nobody"),
        ({"$id": "https://kb.example/s.json", "$ref": "#/$defs/a", "$defs": {"a": {}}}, "a: b"),
    ],
)
def test_what_fits(schema: object, matter: str) -> None:
    assert faults(of_schema(schema), matter) == []


def test_a_type_without_schema_asks_for_nothing() -> None:
    assert faults(RULES["manual"], "a: b") == []


def test_a_front_matter_of_very_many_values_is_not_checked() -> None:
    matter = "tags: [" + ", ".join(f"t{n}" for n in range(2_500)) + "]"
    assert faults(RULES["retro"], matter) == [(1, "the front matter holds more than 2,000 values")]


def test_sections_count_in_any_language_and_with_numbers() -> None:
    fields, _ = front_matter.split("a.md", "---\na: b\n---\n")
    headings = ["A", "1. Trigger:", "二、预案", "Drill"]
    assert list(RULES["risk"].section_problems("a.md", fields, headings, "zh")) == []
    missing = list(RULES["risk"].section_problems("a.md", fields, headings[:2], "zh"))
    assert [str(p.message) for p in missing] == [
        "the section “预案” is missing, which every 风险 has",
        "the section “演练记录” is missing, which every 风险 has",
    ]
    assert {(p.line, p.severity) for p in missing} == {(4, Severity.WARNING)}


_DOUBLING = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type":\n }', ":2: malformed JSON: Expecting value"),
        ("[]", ":1: a schema must be an object"),
        (
            '{\n"properties": {\n"a": {"type": "strng"}}}',
            ":3: no JSON Schema: 'strng' is not valid",
        ),
        ('{\n"required": "a"}', ":2: no JSON Schema: 'a' is not of type 'array'"),
        ('{"$schema": "http://json-schema.org/draft-07/schema#"}', ":1: must be https://json-sch"),
        (
            '{"items": {\n"$ref": "https://evil.example/a.json"}}',
            ":2: https://evil.example/a.json le",
        ),
        ('{"items": {"$ref": "file:///etc/passwd"}}', "leads to none of $defs"),
        ('{"properties": {"a": {"$ref": "#"}}}', "# leads to none of $defs"),
        (
            '{"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}',
            "#/$defs/a leads back to itself",
        ),
        (json.dumps({"$ref": "#/$defs/d0", "$defs": {**_DOUBLING, "d40": {}}}), "more than 1,000"),
        ('{"properties": {"a":\n{"pattern": "(a+"}}}', ":2: no pattern that RE2 reads: missing )"),
        ('{"properties": {"a": {"pattern": "(?=a)b"}}}', "no pattern that RE2 reads"),
        ('{"patternProperties": {"(a+)+$": {}}}', ":1: patternProperties is not used here"),
        ('{"unevaluatedProperties": false}', "unevaluatedProperties is not used here"),
        ('{"properties": {"a": {"$id": "b"}}}', "$id can only stand at the top"),
        ("[" * 100_000, ":1: malformed JSON: nested too deeply"),
        ('{"type": "array", "type": "object"}', "the key 'type' stands twice in one object"),
        ('{"minimum": NaN}', "NaN is no number of JSON"),
        ('{"minimum": ' + "9" * 5_000 + "}", "malformed JSON: Exceeds the limit"),
    ],
)
def test_a_schema_that_is_none_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_schema("site_config/types/a/schema.json", text)
    assert caught.value.message.startswith("site_config/types/a/schema.json:")
    assert said in caught.value.message
    assert caught.value.hint


def test_names_of_fields_are_no_keywords() -> None:
    schema = {"properties": {"$ref": {"type": "string"}, "patternProperties": {}}}
    assert faults(of_schema(schema), "$ref: a\npatternProperties: b") == []


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    """With backtracking this would not end."""
    rules = of_schema({"properties": {"a": {"pattern": "^(a+)+$"}}})
    assert len(faults(rules, "a: " + "a" * 60_000 + "b")) == 1


def test_a_schema_that_leads_out_of_the_wiki_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "wiki" / "site_config" / "types" / "a"
    folder.mkdir(parents=True)
    (folder / "type.toml").touch()
    (tmp_path / "secret.json").write_text("{}")
    (folder / "schema.json").symlink_to(tmp_path / "secret.json")
    type_ = read_types(tmp_path / "wiki")["a"]
    with pytest.raises(SettingsError, match="leads out of this wiki"):
        read_rules(type_)
