"""``kb themes`` on small wikis, with the real model; and its parts by themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.app import Wiki as AppWiki
from indexer.errors import ModelUnavailable
from indexer.index import Index
from indexer.practice.themes import naming
from indexer.practice.themes.finding import Choice, find_themes
from indexer.practice.themes.grouping import MOST_VECTORS, centred, group
from indexer.practice.themes.passages import read_passages
from tests.conftest import Kb, Wiki, write_document


def _retro(title: str, date: str, project: str, body: str, causes: str = "[]") -> str:
    head = f"---\ntitle: {title}\ntype: retro\ndate: {date}\nproject: {project}\n"
    return f"{head}causes: {causes}\n---\n# {title}\n\n{body}\n"


CERTIFICATES = "The TLS certificate of the gateway expired; nobody watched the expiry date."
FILES = {
    "retros/gateway.md": _retro(
        "Sign-in down on Friday",
        "2026-01-10",
        "gateway",
        f"Customers could not sign in.\n\n## Root cause\n\n{CERTIFICATES}\n\n## Actions\n\n"
        "- [ ] watch all expiry dates @ops due:2026-02-01\n- [x] renew @ops\n",
    ),
    "retros/mail.md": _retro(
        "Newsletter not sent",
        "2026-03-12",
        "mail",
        "The newsletter stayed in the queue.\n\n## Why it happened\n\nThe TLS certificate of the"
        " mail relay had expired, and no reminder of its expiry date reached anybody.",
    ),
    "lessons/expiry.md": "---\ntitle: Watch what expires from outside\ntype: lesson\n"
    "date: 2026-01-15\nretro: gateway\n---\n# Watch what expires from outside\n\n"
    "A TLS certificate expires unseen: watch its expiry date from outside, at the gateway.\n",
    "retros/wallet.md": _retro(
        "钱包上线延期",
        "2026-04-18",
        "钱包",
        "## 经过\n\n上线晚了三周。\n\n## 原因\n\n外部供应商没有给出日期，也没有人书面要过日期。",
    ),
    "retros/member.md": _retro(
        "会员中心延期",
        "2026-05-20",
        "会员",
        "晚了两周。",
        causes="[外部依赖的供应商没有给日期]",
    ),
    "retros/menu.md": _retro("Canteen menu", "2026-02-02", "canteen", "The soup was cold."),
    "sops/soup.md": "# Soup\n\nHeat the soup before serving it in the canteen.\n",
}


@pytest.fixture(scope="module")
def themed(kb_in: Kb, tmp_path_factory: pytest.TempPathFactory, embedder: object) -> Path:
    """Indexed with the real model; read it only."""
    root = tmp_path_factory.mktemp("themed")
    for path, content in FILES.items():
        write_document(root, path, content)
    assert kb_in(root, "index", "--quiet").returncode == 0
    return root


def _themes(kb_in: Kb, root: Path, *more: str) -> list[dict[str, Any]]:
    done = kb_in(root, "themes", "--json", *more)
    assert done.returncode in (0, 1), done.stderr
    themes: list[dict[str, Any]] = json.loads(done.stdout)["themes"]
    return themes


def _paths(theme: dict[str, Any]) -> set[str]:
    return {passage["path"] for passage in theme["passages"]}


def test_what_has_one_cause_is_one_theme(kb_in: Kb, themed: Path) -> None:
    themes = _themes(kb_in, themed)
    assert [_paths(theme) for theme in themes] == [
        {"retros/gateway.md", "retros/mail.md", "lessons/expiry.md"},
        {"retros/wallet.md", "retros/member.md"},
    ]
    certificates, dates = themes
    assert (certificates["retros"], certificates["lessons"]) == (2, 1)
    assert (certificates["first"], certificates["last"]) == ("2026-01-10", "2026-03-12")
    assert [(a["path"], a["text"]) for a in certificates["actions_open"]] == [
        ("retros/gateway.md", "watch all expiry dates")
    ]
    assert certificates["actions_done"] == 1
    assert certificates["came_back"] == ["retros/mail.md"], "later than the lesson"
    assert dates["came_back"] == []
    assert (certificates["lang"], dates["lang"]) == ("en", "zh")


def test_passages_tell_where_they_stand(kb_in: Kb, themed: Path) -> None:
    certificates, dates = _themes(kb_in, themed)
    places = {
        p["path"]: (p["heading"], p["line"], p["anchor"])
        for theme in (certificates, dates)
        for p in theme["passages"]
    }
    assert places["retros/gateway.md"] == ("Root cause", 12, "root-cause")
    assert places["lessons/expiry.md"] == ("", 1, "")
    assert places["retros/wallet.md"] == ("原因", 14, "原因")
    assert places["retros/member.md"] == ("", 6, ""), "a cause of the front matter"


def test_the_name_is_a_phrase_of_the_texts_in_their_language(kb_in: Kb, themed: Path) -> None:
    certificates, dates = _themes(kb_in, themed)
    assert certificates["label"] == "expiry date"
    assert dates["label"] == "外部依赖的供应商没有给日期"


def test_filters_choose_members_and_change_no_group(kb_in: Kb, themed: Path) -> None:
    (theme,) = _themes(kb_in, themed, "--since", "2026-05-01")
    assert (_paths(theme), theme["documents_in_all"]) == ({"retros/member.md"}, 2)
    (theme,) = _themes(kb_in, themed, "--project", "MAIL")
    assert _paths(theme) == {"retros/mail.md"}
    assert theme["came_back"] == ["retros/mail.md"], "the lesson is of another project"
    assert _themes(kb_in, themed, "--project", "none") == []


def test_other_types_are_grouped_on_request(kb_in: Kb, themed: Path) -> None:
    found = [_paths(theme) for theme in _themes(kb_in, themed, "--type", "all")]
    assert {"retros/menu.md", "sops/soup.md"} in found


def test_text_tells_the_same(kb_in: Kb, themed: Path) -> None:
    done = kb_in(themed, "themes")
    lines = done.stdout.splitlines()
    assert lines[0] == "expiry date"
    assert lines[1] == (
        "  2 retros, 1 lesson since 2026-01-10; 1 action still open, 1 done;"
        " met once more after its lesson was written"
    )
    assert lines[2] == (
        "    2026-01-10  Sign-in down on Friday (Root cause)  kb/retros/gateway.md:12"
    )


def test_the_same_files_give_the_same_themes(kb_in: Kb, themed: Path) -> None:
    first, second = (kb_in(themed, "themes", "--json").stdout for _ in range(2))
    assert first == second


def test_a_retro_and_its_own_lesson_are_no_recurrence(kb: Kb, wiki: Wiki, embedder: object) -> None:
    files = {path: FILES[path] for path in ("retros/gateway.md", "lessons/expiry.md")}
    root = wiki(files, model="default")
    assert kb("index", "--quiet", cwd=root).returncode == 0
    done = kb("themes", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing came back, in 2 passages" in done.stderr


def test_without_vectors_it_says_what_to_do(kb: Kb, wiki: Wiki) -> None:
    root = wiki(FILES)
    assert kb("index", "--quiet", cwd=root).returncode == 0
    done = kb("themes", cwd=root)
    assert done.returncode == 2
    assert "error: themes are found by meaning" in done.stderr
    assert "hint: run: kb model use default" in done.stderr


def test_a_wiki_without_retros_says_so(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"sops/soup.md": FILES["sops/soup.md"]})
    assert kb("index", "--quiet", cwd=root).returncode == 0
    done = kb("themes", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no retros and lessons; name other types with --type" in done.stderr


def test_a_member_that_is_gone_does_no_harm(themed: Path, cache_dir: Path) -> None:
    wiki = AppWiki(themed, cache_dir)
    file = themed / "kb" / "retros" / "gateway.md"
    content = file.read_bytes()
    file.unlink()
    try:
        found = find_themes(wiki)
    finally:
        file.write_bytes(content)
    assert found.themes[0].open_actions == ()


def test_a_document_of_another_language_keeps_the_groups_of_the_others(
    themed: Path, cache_dir: Path
) -> None:
    """What is read is in the order of the paths, with a row of unit length for each passage."""
    with Index.open_to_read(themed) as index:
        read = read_passages(index, ("retro", "lesson"))
    places = [(passage.path, passage.line) for passage in read.passages]
    assert places == sorted(places)
    assert np.allclose(np.linalg.norm(read.vectors, axis=1), 1, atol=1e-5)
    assert not find_themes(AppWiki(themed, cache_dir), choice=Choice(projects=("none",))).themes


def test_words_only_cannot_be_grouped(wiki: Wiki, kb: Kb, cache_dir: Path) -> None:
    root = wiki(FILES)
    assert kb("index", "--quiet", cwd=root).returncode == 0
    with pytest.raises(ModelUnavailable):
        find_themes(AppWiki(root, cache_dir))


# Grouping by itself


def _rows(*angles: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    radians = np.radians(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_near_rows_are_one_group_and_opposite_ones_are_not() -> None:
    rows = _rows(0, 5, 180, 185)
    found = group(rows, ["a", "b", "c", "d"], [""] * 4)
    assert found[0] == found[1] != found[2] == found[3]


def test_one_document_does_not_group_with_itself_alone() -> None:
    """Its two passages are the nearest of all, and each goes with the other documents' first."""
    rows = _rows(0, 1, 30, 331)
    found = group(rows, ["a", "a", "b", "c"], [""] * 4)
    apart = group(rows, ["a", "x", "b", "c"], [""] * 4)
    assert apart[0] == apart[1]
    assert found[0] == found[3] or found[1] == found[2]


def test_what_a_project_has_in_common_is_taken_away() -> None:
    rows = np.array([[1, 0.4, 0], [1, -0.4, 0], [0, 0.4, 1], [0, -0.4, 1]] * 20, np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    projects = ["one", "one", "two", "two"] * 20
    unaware = centred(rows, [""] * 80)
    aware = centred(rows, projects)
    assert unaware[0] @ unaware[1] > unaware[0] @ unaware[2], "the project decides"
    assert aware[0] @ aware[2] > aware[0] @ aware[1], "the cause decides"


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        group(np.zeros((MOST_VECTORS + 1, 2), np.float32), [], [])


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_to_group(count: int) -> None:
    assert group(_rows(0)[:count], ["a"] * count, [""] * count).tolist() == [0] * count


# Naming by itself


def _text(document: str, body: str, *, title: str = "", lesson: str = "") -> naming.Text:
    return naming.text_of(document, title or document, body, lesson)


def test_a_phrase_that_is_typical_of_the_theme_names_it() -> None:
    theme = [
        _text("a", "We saw that the power supply failed at night."),
        _text("b", "In the morning the power supply was found to have failed."),
    ]
    others = [_text(str(n), "We saw in the morning that it failed at night.") for n in range(8)]
    assert naming.name(theme, naming.background([*theme, *others])) == "power supply"


def test_a_name_that_is_taken_goes_to_nobody_else() -> None:
    theme = [_text("a", "power supply"), _text("b", "power supply")]
    whole = naming.background([*theme, _text("c", "soup")])
    first = naming.name(theme, whole)
    assert naming.name(theme, whole, [first]) != first


def test_a_piece_of_an_events_title_names_no_theme() -> None:
    theme = [
        _text("a", "The launch slipped.", title="Member centre launch slipped"),
        _text("b", "As in Member centre launch slipped, no date.", lesson="Ask for a date"),
    ]
    assert naming.name(theme, naming.background(theme)) == "Ask for a date"


@pytest.mark.parametrize(
    ("bodies", "spoken"),
    [
        (["证书过期了，没有人看日期。", "证书过期，提醒没有人看。"], "zh"),
        (["The certificate expired.", "证书过期了，没有人看日期。"], "en"),
        (["证书 TLS 过期了，没有人看日期。", "证书过期了。", "It expired."], "zh"),
    ],
)
def test_a_theme_speaks_the_language_of_most_of_its_documents(
    bodies: list[str], spoken: str
) -> None:
    texts = [_text(str(n), body, title="x") for n, body in enumerate(bodies)]
    assert naming.language(texts) == spoken
    assert naming.name(texts, naming.background(texts))
