"""``kb check``: each rule finds what it is there for, and leaves alone what only looks like it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.app import Wiki
from indexer.errors import LinkRefused, PathError
from indexer.practice.checking import engine
from indexer.practice.checking.finding_cache import FILE
from indexer.practice.checking.mending import edited, mend
from indexer.practice.checking.rules import RULES
from indexer.settings import load_settings
from indexer.source import Source
from tests.conftest import write_document

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 26)

Found = list[tuple[str, int, str]]


def _report(root: Path, chosen: frozenset[str] | None = None) -> engine.Report:
    return engine.check(root, load_settings(root), TODAY, chosen)


def _found(root: Path, chosen: frozenset[str] | None = None) -> Found:
    return [(f.path, f.line, f.code) for f in _report(root, chosen).findings]


def _wiki(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        write_document(root, path, text)
    return root


CASES: dict[str, tuple[dict[str, str], Found]] = {
    "front matter that is none": (
        {"a.md": "---\ntitle: [\n---\n# A\n\ntext\n"},
        [("a.md", 2, "front-matter")],
    ),
    "a date that is none": ({"a.md": "---\ndate: soon\n---\n# A\n"}, [("a.md", 2, "field")]),
    "a schema and a section": (
        {"risks/a.md": "---\nlikelihood: 9\n---\n# A\n\ntext\n"},
        [],  # compared by code below: the schema is data
    ),
    "nothing in it": ({"a.md": "---\ntitle: A\n---\n"}, [("a.md", 1, "empty")]),
    "not UTF-8": ({"a.md": "# A\n\nb\n"}, []),
    "links": (
        {
            "a.md": "# A\n\n[x](gone.md) [y](b.md#why) [z](b.md#nope) [[B#Why]] [[Gone]]\n"
            "[me](#a) [not me](#b) [[B#Nope]] [1](see below) `[c](c.md)`\n",
            "b.md": "# B\n\n## Why\n\n<a id=here></a> [h](#here) [up](../README.md)\n",
        },
        [
            ("a.md", 3, "broken-anchor"),
            ("a.md", 3, "broken-link"),
            ("a.md", 3, "broken-link"),
            ("a.md", 4, "broken-anchor"),
            ("a.md", 4, "broken-anchor"),
            ("b.md", 5, "broken-link"),
        ],
    ),
    "no links": (
        {
            "a.md": "# A\n\nA note.[^1]\n\n[^1]: Words of a footnote\n\n[x](https://a.example/b.md)\n"
            "![p](p.svg) [r][ref] [f](/files/x)\n\n[ref]: b.md 'title'\n",
            "b.md": "# 上线 (v2)\n\n[own](#上线-v2) [same](<b.md#%E4%B8%8A%E7%BA%BF-v2>)\n",
            "p.svg": "<svg/>",
        },
        [],
    ),
    "a link to a draft": (
        {"a.md": "# A\n\n[x](b.md)\n", "b.md": "---\ndraft: true\n---\n# B\n"},
        [("a.md", 3, "broken-link")],
    ),
    "the retro of a lesson": (
        {"a.md": "---\nretro: gone\n---\n# A\n\ntext\n"},
        [("a.md", 2, "broken-link")],
    ),
    "ids": (
        {
            "a.md": "---\nid: KB-1\n---\n# A\n\n## X {#one}\n\n## Y {#one}\n",
            "b.md": "---\nid: kb-1\n---\n# B\n",
            "c/index.md": "# C\n",
            "C.md": "# C\n",
        },
        [
            ("a.md", 2, "duplicate-id"),
            ("a.md", 8, "duplicate-anchor"),
            ("b.md", 2, "duplicate-id"),
            ("c/index.md", 1, "same-address"),
        ],
    ),
    "a chain without an end": (
        {"a.md": "---\nsuperseded_by: gone.md\n---\n# A\n\ntext\n"},
        [("a.md", 2, "superseded-missing")],
    ),
    "a status without a successor": (
        {"a.md": "---\nstatus: superseded\n---\n# A\n\ntext\n"},
        [("a.md", 2, "superseded-missing")],
    ),
    "a loop, and one that leads into it": (
        {
            "a.md": "---\nsuperseded_by: b.md\n---\n# A\n\ntext\n",
            "b.md": "---\nsuperseded_by: [[a]]\n---\n# B\n\ntext\n",
            "c.md": "---\nsuperseded_by: a.md\n---\n# C\n\ntext\n",
        },
        [("a.md", 2, "superseded-loop"), ("b.md", 2, "superseded-loop")],
    ),
    "one that names itself": (
        {"a.md": "---\nsupersedes: a.md\n---\n# A\n\ntext\n"},
        [("a.md", 2, "superseded-loop")],
    ),
    "a status of before": (
        {
            "a.md": "---\nstatus: accepted\n---\n# A\n\ntext\n",
            "b.md": "---\nsupersedes: a\n---\n# B\n\ntext\n",
        },
        [("a.md", 2, "superseded-status")],
    ),
    "days": (
        {
            "a.md": "---\ndate: 2026-05-01\nlast_reviewed: 2026-04-01\nstart: 2026-06-01\n"
            "end: 2026-05-01\nreview_by: 2026-04-30\n---\n# A\n\n- [ ] b @c due:2026-04-01\n",
            "b.md": "---\nlast_reviewed: 2027-01-01\n---\n# B\n\ntext\n",
        },
        [
            ("a.md", 3, "contradictory-dates"),
            ("a.md", 5, "contradictory-dates"),
            ("a.md", 6, "contradictory-dates"),
            ("a.md", 6, "overdue-review"),
            ("a.md", 10, "contradictory-dates"),
            ("b.md", 2, "contradictory-dates"),
        ],
    ),
    "what is overdue": (
        {
            "a.md": "---\ndate: 2026-01-01\nreview_every: 6 months\ndrill_every: 3 个月\n"
            "check_outcome_on: 2026-11-25\n---\n# A\n\ntext\n",
            "b.md": "---\nsupersedes: c.md\n---\n# B\n\ntext\n",
            "c.md": "---\ndate: 2026-01-01\nreview_every: 6 months\n---\n# C\n\ntext\n",
            "d.md": "---\nreview_by: 2026-11-26\n---\n# D\n\ntext\n",
        },
        [
            ("a.md", 3, "overdue-review"),
            ("a.md", 4, "overdue-drill"),
            ("a.md", 5, "overdue-outcome"),
        ],
    ),
    "actions": (
        {
            "a.md": "# A\n\n- [ ] nobody by due:2026-12-01\n- [ ] never @ops\n- [x] done\n"
            "- [ ] odd @ops due:soon\n- [ ] fine @ops due:2026-12-01\n",
            "sops/b.md": "---\n"
            "owner: x\ndate: 2026-01-01\nproject: p\nstatus: active\nlang: en\ntags: []\n"
            "---\n# B\n\n- [ ] a step\n<!-- kb: ignore-file missing-section, schema -->\n",
        },
        [
            ("a.md", 3, "action-owner"),
            ("a.md", 4, "action-date"),
            ("a.md", 6, "action-wrong-date"),
        ],
    ),
    "boxes that are none": (
        {
            "a.md": "# A\n\n- [] one\n-[ ] two\n* [X]three\n- 【】四\n- [x](b.md)\n- [ ][b]\n\n"
            "[b]: b.md\n\n```\n- [] code\n```\n",
            "b.md": "# B\n",
        },
        [("a.md", n, "checkbox") for n in (3, 4, 5, 6)],
    ),
    "ignored": (
        {
            "a.md": "---\n# kb: ignore field\ndate: soon\n---\n# A\n\n"
            "careless work <!-- kb: ignore blame -->\n\n<!-- kb: ignore blame, broken-link -->\n"
            "careless [x](gone.md)\n\ncareless <!-- kb: ignore blam -->\n",
            "b.md": "# B\n\n<!-- kb: ignore-file blame -->\n\ncareless\n\nhe forgot\n",
            "c.md": "# C\n\nWrite `<!-- kb: ignore-file blam -->`:\n\n```\n"
            "<!-- kb: ignore blam -->\n```\n\ncareless\n",
        },
        [("a.md", 12, "blame"), ("a.md", 12, "unknown-code"), ("c.md", 9, "blame")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_findings_of_a_wiki(name: str, tmp_path: Path) -> None:
    files, wanted = CASES[name]
    found = _found(_wiki(tmp_path, files))
    if name == "a schema and a section":
        assert {code for _, _, code in found} == {"schema", "missing-section"}
    else:
        assert found == wanted


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    write_document(tmp_path, "a.md", "# A\n")
    (tmp_path / "kb" / "a.md").write_bytes(b"# A\n\n\xff\n")
    assert _found(tmp_path) == [("a.md", 3, "encoding")]


def test_an_owner_counts_once_the_wiki_defines_people(tmp_path: Path) -> None:
    text = "---\nowner: ops-lead, nobody\n---\n# A\n\n- [ ] b @Ops.Lead @tester due:2026-12-01\n"
    raci = "# C\n\n| Task | R | A |\n|---|---|---|\n| x | tester | ops-lead |\n"
    _wiki(tmp_path, {"a.md": text, "charters/c.md": f"---\ndraft: true\n---\n{raci}"})
    assert _found(tmp_path) == []
    (tmp_path / "site_config").mkdir()
    settings = tmp_path / "site_config" / "kb.toml"
    settings.write_text('[people]\nops-lead = "on call"\n', encoding="utf-8")
    assert _found(tmp_path) == [("a.md", 2, "unknown-owner")]


def test_chosen_paths_are_told_and_all_are_followed(tmp_path: Path) -> None:
    _wiki(tmp_path, {"x/a.md": "# A\n\n[b](../b.md) [c](c.md)\n", "b.md": "[x](gone.md)\n"})
    chosen = engine.chosen_paths(tmp_path, [tmp_path / "kb" / "x"])
    assert _found(tmp_path, chosen) == [("x/a.md", 3, "broken-link")]
    assert _report(tmp_path, chosen).checked == 1
    assert len(_found(tmp_path, engine.chosen_paths(tmp_path, [tmp_path / "kb"]))) == 2
    for outside in (tmp_path.parent / "other.md", tmp_path / "kb" / "gone.md", Path("/etc")):
        with pytest.raises(PathError):
            engine.chosen_paths(tmp_path, [outside])


def test_what_is_kept_gives_the_same_answer(tmp_path: Path) -> None:
    for name, (files, _) in CASES.items():
        root = _wiki(tmp_path / name.replace(" ", "-"), files)
        first = _report(root)
        assert (root / ".kb" / FILE).is_file()
        assert _report(root) == first
        (root / ".kb" / FILE).write_text("{", encoding="utf-8")
        assert _report(root) == first


def test_kept_facts_of_a_file_follow_its_content(tmp_path: Path) -> None:
    _wiki(tmp_path, {"a.md": "# A\n\n[b](b.md)\n", "b.md": "# B\n"})
    assert _found(tmp_path) == []
    (tmp_path / "kb" / "b.md").unlink()
    assert _found(tmp_path) == [("a.md", 3, "broken-link")]
    assert list(json.loads((tmp_path / ".kb" / FILE).read_text("utf-8"))["files"]) == ["a.md"]
    write_document(tmp_path, "a.md", "# A\n\ncareless\n")
    assert _found(tmp_path) == [("a.md", 3, "blame")]


def test_other_standards_look_again(tmp_path: Path) -> None:
    _wiki(tmp_path, {"a.md": "# A\n\na cowboy did it\n"})
    assert _found(tmp_path) == []
    (tmp_path / "site_config").mkdir()
    words = '[[phrase]]\nwords = ["cowboy"]\ninstead = "what was missing"\n'
    (tmp_path / "site_config" / "blame.toml").write_text(words, encoding="utf-8")
    assert _found(tmp_path) == [("a.md", 3, "blame")]


def test_a_link_in_the_place_of_the_cache_is_not_followed(tmp_path: Path) -> None:
    root = _wiki(tmp_path / "w", {"a.md": "# A\n"})
    (root / ".kb").mkdir()
    target = tmp_path / "target.json"
    target.write_text("mine", encoding="utf-8")
    (root / ".kb" / FILE).symlink_to(target)
    with pytest.raises(LinkRefused):
        _report(root)
    assert target.read_text("utf-8") == "mine"


def test_mending_writes_what_is_safe_and_nothing_else(tmp_path: Path) -> None:
    text = (
        "---\r\ntitle: A\r\n---\r\n# A\r\n\r\n[x](old/way-back.md#why 'T') [z](<gone 2.md>)"
        " [y](way-back.md)\r\n"
        "- [] one\r\n[a](#A) and\u2028more [two](c.md)\r\n"
    )
    _wiki(tmp_path, {"n/way-back.md": "## Why\n", "n/m/c.md": "# C\n", "o/c.md": "# C\n"})
    write_document(tmp_path, "a.md", "")
    file = tmp_path / "kb" / "a.md"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = _report(tmp_path)
    mended = mend(Source(tmp_path), before.findings)
    assert mended.failed == {}
    wanted = text.replace("old/way-back.md", "n/way-back.md")
    wanted = wanted.replace("(way-back.md)", "(n/way-back.md)")
    wanted = wanted.replace("- [] one", "- [ ] one").replace("(#A)", "(#a)")
    assert file.read_bytes() == b"\xef\xbb\xbf" + wanted.encode()
    left = {(f.line, f.code) for f in _report(tmp_path).findings if f.path == "a.md"}
    assert left == {(6, "broken-link"), (7, "action-owner"), (7, "action-date"), (8, "broken-link")}


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("overview.md", False),
        ("index.md", False),
        ("README.md", False),
        ("way-back.md", True),
        ("2026-03-20-launch.md", True),
        ("回退方案.md", True),
        ("回退.md", False),
    ],
)
def test_only_a_telling_name_says_where_a_document_went(
    tmp_path: Path, name: str, mended: bool
) -> None:
    _wiki(tmp_path, {f"there/{name}": "# B\n\ntext\n", "a.md": f"# A\n\n[b](gone/{name})\n"})
    (finding,) = (f for f in _report(tmp_path).findings if f.path == "a.md")
    assert (finding.edit is not None) == mended


def test_what_is_kept_stays_out_of_git(tmp_path: Path) -> None:
    _report(_wiki(tmp_path, {"a.md": "# A\n\ntext\n"}))
    assert (tmp_path / ".kb" / FILE).is_file()
    assert (tmp_path / ".kb" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.slow
def test_what_repeats_itself_often_is_told_once(cache_dir: Path, tmp_path: Path) -> None:
    form = "The checks passed, the release went out at nine, and nobody was woken."
    _wiki(tmp_path, {f"{name}.md": f"# Release\n\n{form}\n" for name in "abc"})
    Wiki(tmp_path, cache_dir).index()
    found = [(f.path, f.message) for f in _report(tmp_path).findings]
    assert [path for path, _ in found] == ["b.md", "c.md"]
    assert "and 1 more" in found[1][1]


@pytest.mark.slow
def test_reports_of_one_series_are_no_duplicates(cache_dir: Path, tmp_path: Path) -> None:
    first = (
        "In spring half of the answers came from people who write services in the cloud.",
        "Slow builds were what most of them wished to see better.",
        "Three of four would use the language for their next project.",
    )
    second = (
        "In autumn many answers came from students, and fewer from companies.",
        "The debugger was named most often as a trouble, builds hardly any more.",
        "One of three teaches it, and the books were praised.",
    )
    files = {
        f"{name}-survey.md": "# Survey of the language\n\n"
        + "\n\n".join(f"## Part {n}\n\n{text}" for n, text in enumerate(parts))
        + "\n"
        for name, parts in {"spring": first, "autumn": second, "copied": second}.items()
    }
    _wiki(tmp_path, files)
    Wiki(tmp_path, cache_dir).index()
    pairs = [(f.path, f.message.fields["path"]) for f in _report(tmp_path).findings]
    assert pairs == [("copied-survey.md", "autumn-survey.md")]


def test_an_edit_that_does_not_fit_is_left_out(tmp_path: Path) -> None:
    _wiki(tmp_path, {"a.md": "# A\n\n- [] one\n"})
    findings = _report(tmp_path).findings
    content = b"# A\n\nother\n"
    assert edited(content, findings) == (content, [])


@pytest.mark.slow
def test_near_duplicates_are_found_by_the_index_alone(cache_dir: Path, tmp_path: Path) -> None:
    body = "The gateway certificate expired at night and the checkout failed for an hour."
    files = {
        "a.md": f"# Certificate expired\n\n{body}\n",
        "b.md": f"# Expired certificate\n\n{body}\n",
    }
    files["c.md"] = f"---\nsupersedes: a.md\n---\n# Certificate expired\n\n{body}\n"
    files["d.md"] = f"---\nlang: zh\n---\n# Certificate expired\n\n{body}\n"
    _wiki(tmp_path, files)
    assert list(_report(tmp_path).skipped) == ["near-duplicate"]
    Wiki(tmp_path, cache_dir).index()
    pairs = [(f.path, f.message.fields["path"]) for f in _report(tmp_path).findings]
    assert pairs == [("b.md", "a.md"), ("c.md", "b.md")]
    assert _report(tmp_path).skipped == {}
    write_document(tmp_path, "b.md", "# Quite another text\n")
    assert [f.path for f in _report(tmp_path).findings] == []
    assert "1 files" in _report(tmp_path).skipped["near-duplicate"]


def test_this_wiki_is_clean(tmp_path: Path) -> None:
    for name in ("kb", "site_config"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    # What is overdue depends on the day, and the starter shows some of it on purpose.
    found = [f for f in _report(tmp_path).findings if not f.code.startswith("overdue-")]
    assert [f"{f.path}:{f.line}: {f.code} {f.message}" for f in found] == []


def test_every_rule_says_why() -> None:
    assert [code for code, rule in RULES.items() if not (rule.title and rule.reason)] == []
    assert all(code == rule.code for code, rule in RULES.items())
