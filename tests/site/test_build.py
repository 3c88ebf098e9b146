"""``kb build`` and plain ``mkdocs build``: what is written, and what is told."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import Kb
from tests.site.conftest import Build

NewWiki = Callable[..., Path]

RETRO = "---\ntitle: Retro\ndate: 2026-03-20\n---\n# Retro\n\nSee [the lesson](../lessons/a.md).\n"
LESSON = "---\ntitle: Lesson\ndate: 2026-03-24\nowner: Ann\n---\n# Lesson\n\nAsk for a date.\n"
PAIR = {"retros/r.md": RETRO, "lessons/a.md": LESSON}


def page(site: Path, url: str) -> str:
    return (site / url / "index.html").read_text(encoding="utf-8")


def mkdocs(
    root: Path, environment: Mapping[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *words],
        cwd=root,
        env={**environment, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_plain_mkdocs_builds_the_same_pages(
    new_wiki: NewWiki, build: Build, kb_environment: Mapping[str, str]
) -> None:
    root = new_wiki(PAIR)
    ours = {p.relative_to(root / "site") for p in build(root).rglob("*.html")}
    done = mkdocs(root, kb_environment, "build", "--strict", "-d", "plain")
    assert done.returncode == 0, done.stderr
    plain = root / "plain"
    assert {p.relative_to(plain) for p in plain.rglob("*.html")} == ours
    for path in ours:
        assert (plain / path).read_text() == (root / "site" / path).read_text()


def test_every_document_is_reached_and_none_is_in_the_navigation(
    new_wiki: NewWiki, build: Build
) -> None:
    site = build(new_wiki(PAIR))
    home = page(site, "")
    navigation = home.split('data-md-type="navigation"')[1].split("</nav>")[0]
    assert "retros/" in home
    assert "retros/r/" not in navigation
    assert 'href="../retros/r/"' in page(site, "retros")
    assert 'href="../retros/r/"' in page(site, "timeline")


def test_strict_names_path_and_line_and_ends_with_1(new_wiki: NewWiki, kb_in: Kb) -> None:
    root = new_wiki(
        {**PAIR, "retros/broken.md": "---\ntitle: [a\nowner: b\n---\n# Broken\n\nText.\n"}
    )
    done = kb_in(root, "build", "--strict")
    assert done.returncode == 1
    assert "kb/retros/broken.md:3: malformed YAML" in done.stderr
    assert "Traceback" not in done.stderr
    loose = kb_in(root, "build")
    assert loose.returncode == 0
    shown = page(root / "site", "retros/broken")
    assert "Part of this document could not be used:" in shown
    assert "line 3: malformed YAML" in shown
    assert "title: [a" not in shown.split("<article")[1].split("kb-header")[0]


def test_a_date_that_is_none_is_told_too(new_wiki: NewWiki, kb_in: Kb) -> None:
    root = new_wiki({"lessons/a.md": "---\nreview_by: soon\ndate: 2026-01-01\n---\n# A\n"})
    done = kb_in(root, "build", "--strict")
    assert done.returncode == 1
    assert "kb/lessons/a.md:2: review_by: 'soon' is no date" in done.stderr


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("[x](nowhere.md)", "nowhere.md"),
        ("[x](a.md#no-such-heading)", "#no-such-heading"),
        ("[[Nobody knows]]", "kb/lessons/b.md:3: there is no document 'Nobody knows'"),
    ],
)
def test_links_between_documents_are_checked(
    new_wiki: NewWiki, kb_in: Kb, link: str, told: str
) -> None:
    root = new_wiki({**PAIR, "lessons/b.md": f"# B\n\n{link}\n"})
    done = kb_in(root, "build", "--strict")
    assert done.returncode == 1
    assert told in done.stderr


NAMES = {
    "retros/2026-04-18-订单 延期 (1).md": "# 订单延期\n\n[[case|x]] [up](<../lessons/A b.md>)\n",
    "lessons/A b.md": "# Upper\n\n[zh](<../retros/2026-04-18-订单 延期 (1).md>)\n",
    "lessons/a B.md": "# Lower\n",
    "case.md": "# Case in lower\n",
    "Case.md": "# Case in upper\n",
    "lessons/x.md": "# X file\n",
    "lessons/x/index.md": "# X folder\n",
    "lessons/# 100% & more.md": "# Signs\n",
    "tags.md": "# Our own tags\n",
    "retros/index.md": "# Our own retros\n",
}


def test_names_of_every_kind_have_a_page_of_their_own(
    new_wiki: NewWiki, build: Build, kb_in: Kb
) -> None:
    root = new_wiki({**NAMES})
    assert kb_in(root, "build", "--strict").stderr == ""
    site = root / "site"
    headings = [text.split("\n")[0].removeprefix("# ") for text in NAMES.values()]
    drawn = [p.read_text(encoding="utf-8") for p in site.rglob("index.html")]
    for heading in headings:
        assert sum(f">{heading}<a" in text for text in drawn) == 1, heading
    urls = [p.relative_to(site).as_posix().casefold() for p in site.rglob("*.html")]
    assert len(urls) == len(set(urls))
    assert page(site, "all/tags").count("<h1") == 1
    assert "订单延期" in page(site, "all/retros")


def test_an_obsidian_vault_works(new_wiki: NewWiki, build: Build) -> None:
    files = {
        "Projects/Wallet launch.md": "# Wallet launch\n\n## Second try\n\nIt went well.\n",
        "daily/note.md": "# Note\n\n[[wallet launch]] [[Projects/Wallet launch#Second try|again]] "
        "`[[code]]` ![[chart.png]]\n\n```\n[[fenced]]\n```\n",
        "daily/chart.png": b"\x89PNG\r\n\x1a\n",
        ".obsidian/app.json": "{}",
    }
    site = build(new_wiki(files), "--strict")
    note = page(site, "daily/note")
    assert '<a href="../../Projects/Wallet%20launch/">wallet launch</a>' in note
    assert '<a href="../../Projects/Wallet%20launch/#second-try">again</a>' in note
    assert '<img alt="chart.png" src="../chart.png"' in note
    assert "[[code]]" in note
    assert "[[fenced]]" in note
    launch = page(site, "Projects/Wallet launch")
    assert 'href="../../daily/note/"' in launch.split("Linked from")[1]
    assert not (site / ".obsidian").exists()


def test_superseded_and_overdue_documents_say_so(new_wiki: NewWiki, build: Build) -> None:
    files = {
        "decisions/old.md": "---\ntitle: Old\ndate: 2020-01-01\n---\n# Old\n",
        "decisions/new.md": "---\ntitle: New\nsupersedes: old.md\nreview_every: 6 months\n"
        "date: 2020-02-01\n---\n# New\n",
        "risks/drill.md": "---\ntitle: Drill\ndate: 2020-02-01\ndrill_every: 1 year\n---\n# D\n",
        "decisions/other.md": '---\ntitle: Other\nsuperseded_by: "[[new]]"\n---\n# Other\n',
    }
    site = build(new_wiki(files))
    for old in ("old", "other"):
        shown = page(site, f"decisions/{old}")
        assert "This document no longer holds." in shown
        assert 'It was replaced by <a href="../../decisions/new/">New</a>' in shown
    new = page(site, "decisions/new")
    assert "A review of this document is overdue." in new
    assert '<time datetime="2020-08-01">1 Aug 2020</time>' in new
    drill = page(site, "risks/drill")
    assert "A drill of what this document describes is overdue." in drill
    assert "<dt>Next drill</dt>" in drill
    home = (site / "index.html").read_text(encoding="utf-8")
    due = home.split(">Due</h2>")[1].split("</section>")[0]
    assert due.index("New</a>") < due.index("Drill</a>")  # the longest overdue first
    assert "drill · overdue since" in due
    assert "Old" not in due


def test_history_comes_from_git(new_wiki: NewWiki, build: Build) -> None:
    root = new_wiki(PAIR)
    git = [
        "git",
        "-c",
        "user.name=Ann <b>",
        "-c",
        "user.email=a@b.example",
        "-c",
        "commit.gpgsign=0",
    ]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "First <i>words</i>"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    (root / "kb" / "lessons" / "a.md").write_text(LESSON + "\nMore.\n", encoding="utf-8")
    subprocess.run([*git, "commit", "-qam", "Say more"], cwd=root, check=True)
    site = build(root)
    lesson = page(site, "lessons/a")
    assert "Changes in git: 2" in lesson
    assert "First &lt;i&gt;words&lt;/i&gt;" in lesson
    assert lesson.index("Say more") < lesson.index("First &lt;i&gt;")
    assert "Changes in git: 1" in page(site, "retros/r")


def test_new_lessons_are_a_feed(new_wiki: NewWiki, build: Build) -> None:
    addressed = {"docs_dir: kb\n": "docs_dir: kb\nsite_url: https://wiki.example/team/\n"}
    root = new_wiki(
        {
            **PAIR,
            "lessons/上线.md": "---\ntitle: 上线 & <b>\ndate: 2026-05-01\n---\n\n先演练。\n",
        },
        settings=addressed,
    )
    site = build(root)
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.parse(site / "feed.xml").getroot()
    entries = feed.findall(f"{atom}entry")
    assert [e.findtext(f"{atom}title") for e in entries] == ["上线 & <b>", "Lesson"]
    assert [e.findtext(f"{atom}id") for e in entries] == [
        "https://wiki.example/team/lessons/%E4%B8%8A%E7%BA%BF/",
        "https://wiki.example/team/lessons/a/",
    ]
    assert feed.findtext(f"{atom}updated") == "2026-05-01T00:00:00Z"
    assert entries[0].findtext(f"{atom}summary") == "先演练。"
    assert 'type="application/atom+xml"' in page(site, "")


def test_labels_and_dates_follow_the_language_of_the_site(new_wiki: NewWiki, build: Build) -> None:
    site = build(new_wiki(PAIR, settings={"language: en": "language: zh"}))
    retro = page(site, "retros/r")
    assert 'lang="zh"' in retro
    assert "2026年3月20日" in retro
    for label in ("类型", "日期"):
        assert f"<dt>{label}</dt>" in retro
    assert "<h1" in page(site, "timeline")
    assert "时间线" in page(site, "timeline")


def test_a_link_out_of_the_wiki_is_not_followed(
    new_wiki: NewWiki, build: Build, tmp_path: Path
) -> None:
    root = new_wiki(PAIR)
    (tmp_path / "secret.md").write_text("# secret\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "secret.txt").write_text("secret")
    (root / "kb" / "lessons" / "secret.md").symlink_to(tmp_path / "secret.md")
    (root / "kb" / "folder").symlink_to(tmp_path / "folder")
    site = build(root)
    assert not (site / "lessons" / "secret").exists()
    assert not (site / "folder").exists()


def test_what_is_left_out_of_the_index_is_left_out_of_the_site(
    new_wiki: NewWiki, build: Build
) -> None:
    draft = "---\ndraft: true\n---\n# Draft\n\ndraftword\n"
    root = new_wiki({**PAIR, "lessons/draft.md": draft, "drafts/d.md": "# D\n\ndraftword\n"})
    (root / "kb" / "drafts" / "plan.txt").write_text("draftword")
    (root / "kb" / "lessons" / "sheet.txt").write_text("numbers")
    (root / ".kbignore").write_text("kb/retros/\n")
    site = build(root)
    assert (site / "lessons" / "a").is_dir()
    assert (site / "lessons" / "sheet.txt").is_file()
    for gone in ("lessons/draft", "drafts", "retros/r"):
        assert not (site / gone).exists(), gone
    search = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "draftword" not in search


def test_what_stands_in_the_way_is_said(new_wiki: NewWiki, kb_in: Kb, tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    bare = kb_in(tmp_path, "build")
    assert bare.returncode == 2
    assert "has no mkdocs.yml" in bare.stderr
    root = new_wiki({})
    (root / "mkdocs.yml").write_text("site_name: [\n")
    broken = kb_in(root, "build")
    assert broken.returncode == 2
    assert broken.stderr.startswith("error: the site cannot be built: ")
    (root / "mkdocs.yml").write_text("site_name: x\ndocs_dir: kb\n")
    assert "does not name the plugin kb" in kb_in(root, "build").stderr
    assert "Traceback" not in broken.stderr + bare.stderr


def test_an_empty_wiki_has_a_home_page(new_wiki: NewWiki, build: Build) -> None:
    site = build(new_wiki({}))
    assert "<h1" in page(site, "")
    assert "data-kb-search" in page(site, "")
