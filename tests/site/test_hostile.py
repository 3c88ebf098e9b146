"""A hostile document in a real browser: nothing of it runs, leads away or takes the page apart.

The policy has two walls, and each is tried without the other: the sanitiser takes away what is not
on its list, and the content security policy lets nothing run that is not the theme's own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from indexer.site.sanitising import sanitised
from indexer.site.security import Policy
from tests.site.conftest import Build, Opened

_RUN = "window.hacked=(window.hacked||0)+1"
_SCRIPT = f"<script>{_RUN}</script>"
_PICTURE = f'<img src=/assets/kb.css onerror="{_RUN}">'

HOSTILE = f"""---
title: '</title>{_SCRIPT}<b>bold</b> "quoted" {_PICTURE}'
date: 2026-01-01
owner: 'eve</a>{_SCRIPT}{_PICTURE}'
project: '"><svg onload="{_RUN}">'
status: '</span>{_SCRIPT}'
tags: ['{_SCRIPT}', '"onmouseover="{_RUN}', '[x](javascript:{_RUN})', '{{{{ config.site_name }}}}']
template: ../../../etc/passwd
superseded_by: '{_SCRIPT}'
hide: [navigation]
---
# Heading {_SCRIPT} `{_SCRIPT}` {_PICTURE}

{_SCRIPT}

{_PICTURE} <svg onload="{_RUN}"><script>{_RUN}</script></svg>

<iframe src="https://evil.example/"></iframe>
<object data="https://evil.example/"></object>
<form action="https://evil.example/"><input name="q" autofocus onfocus="{_RUN}"></form>
<style>body {{ display: none }}</style>
<link rel="stylesheet" href="https://evil.example/x.css">
<meta http-equiv="refresh" content="0; url=https://evil.example/">
<base href="https://evil.example/">
<div id="__config">{{"base": "https://evil.example", "features": [], "search": "https://evil.example/w.js"}}</div>
<div id="__search" class="md-search kb-banner kb-home">clobber</div>
<a href="javascript:{_RUN}" id="js">link</a>
<a href="data:text/html,{_SCRIPT}">data</a>
<p style="position:fixed;inset:0;background:red">cover</p>
<img src="https://evil.example/pixel.gif"> ![pixel](https://evil.example/pixel.png)
[link](javascript:{_RUN}) [tab](&#106;avascript:{_RUN}) [rel](//evil.example/)
{{: onclick="{_RUN}" }}

## Second <a onclick="{_RUN}">heading</a> {{ onclick="{_RUN}" }}

[[Unknown {_SCRIPT}|{_PICTURE}]] [[victim|{_SCRIPT}]]

- [ ] task {_SCRIPT}

kb-block-0

hostilewordtofind {_SCRIPT}

<math><mtext></mtext><mglyph><style><!--</style>
<img title="--&gt;&lt;img src=1 onerror={_RUN}&gt;"></math>
"""

VICTIM = "---\ntitle: Victim\ndate: 2026-01-02\n---\n# Victim\n\n[h](../lessons/hostile.md)\n"

GLOSSARY = f"""# Glossary

| Term | Other names | Language | Meaning |
|---|---|---|---|
| task | {_SCRIPT} | en | {_SCRIPT}" onmouseover="{_RUN} |
"""

RISK = f"""---
title: 'Risk</a>{_SCRIPT}'
type: risk
date: 2026-01-03
owner: '{_PICTURE}'
status: '</span>{_SCRIPT}'
likelihood: 5
impact: "5"
trigger: '</td></tr></table>{_SCRIPT}{_PICTURE}'
last_drill: 2020-01-01
drill_every: 1 month
---
# Risk

- [ ] act {_SCRIPT} {_PICTURE} @eve due:2026-01-01 #PC-1 [x](javascript:{_RUN})
- [ ] kb-block-0 @"onmouseover="{_RUN} due:2026-99-99
"""

ODD_RISKS = [
    "likelihood: [1, 2]\nimpact: {a: b}",
    "likelihood: 6\nimpact: -1\ntrigger: [a]",
    "likelihood: 1e309\nimpact: .nan\nlast_drill: never\ndrill_every: soon",
    "likelihood:\nimpact: '9999999999999999999999999999'",
]

DECISIONS = {
    "decisions/one.md": f"---\nsuperseded_by: two.md\nstatus: '{_SCRIPT}'\n"
    f"deciders: ['{_SCRIPT}', {{a: b}}]\ncheck_outcome_on: 2020-01-01\n---\n# One {_SCRIPT}\n",
    "decisions/two.md": "---\nsuperseded_by: one.md\noutcome: [a, b]\n---\n# Two\n",
    "decisions/three.md": f"---\ndate: 2019-01-01\ncheck_outcome_on: 2020-01-01\n"
    f"outcome: ''\ndeciders: '{_PICTURE}'\n---\n# Three\n",
    "decisions/four.md": f"---\noutcome: '{_SCRIPT}{_PICTURE}'\nsupersedes: four.md\n---\n# Four\n",
}

CHARTER = f"""---
title: 'Charter {_SCRIPT}'
type: charter
---
# Charter

## Roles <a id="kb-block-1">x</a> {_SCRIPT}

| Task | Responsible | Accountable | Consulted | Informed |
|---|---|---|---|---|
| {_SCRIPT} | {_PICTURE} | "onmouseover="{_RUN} | a, b | kb-block-0 |
| short |

| Who | Expects | By | Our answer | What became of it | More |
|---|---|---|---|---|---|
| </td>{_SCRIPT} | {_PICTURE} | 2020-01-01 | <b>{_SCRIPT}</b> | | |
| | | | | | |
| a | b | {"9" * 400} |
"""

REVIEW = f"""---
title: Review
type: review
project: 'p</h2>{_SCRIPT}'
period: '</text>{_SCRIPT}'
kpis:
  - name: 'k</title></svg>{_SCRIPT}{_PICTURE}'
    unit: '</desc>{_SCRIPT}'
    target: '1"><script>'
    actual: 1e400
  - name: 'good {_SCRIPT}'
    target: 10 %
    actual: -999999999999999999999
  - name: tiny
    target: 0.0000000001
    actual: 0.0000000002
  - name: [a]
  - text
  - name: none
---
# Review
"""

PAGES = [
    *("risk-matrix/", "open-actions/", "decision-status/", "roles/", "kpis/"),
    *("", "lessons/hostile/", "retros/victim/", "lessons/", "timeline/", "tags/", "owners/"),
    *("projects/", "glossary/", "404.html"),
]


@pytest.fixture(scope="module")
def site(new_wiki: Callable[..., Path], build: Build) -> Path:
    files = {
        "index.md": "# Home\n",
        "lessons/hostile.md": HOSTILE,
        "retros/victim.md": VICTIM,
        "glossary.md": GLOSSARY,
        "risks/hostile.md": RISK,
        **{f"risks/odd-{n}.md": f"---\n{m}\n---\n# Odd\n" for n, m in enumerate(ODD_RISKS)},
        **DECISIONS,
        "charters/hostile.md": CHARTER,
        "reviews/hostile.md": REVIEW,
        "reviews/odd.md": "---\ntype: review\nkpis: many\nperiod: [2026]\n---\n# Odd\n",
    }
    return build(new_wiki(files))


def test_a_thousand_risks_in_one_cell_are_counted_there_and_all_in_the_table(
    new_wiki: Callable[..., Path], build: Build, look: Callable[..., Opened]
) -> None:
    head = "---\ntype: risk\nlikelihood: 4\nimpact: 4\n---\n"
    files = {f"risks/{n}.md": f"{head}# Risk number {n}\n" for n in range(1000)}
    page = look(build(new_wiki(files))).go("risk-matrix/")
    expect(page.locator(".kb-matrix td li")).to_have_count(7)
    expect(page.locator(".kb-matrix")).to_contain_text("and 994 more")
    expect(page.locator(".kb-table tbody tr")).to_have_count(1000)


def test_odd_values_are_left_out_and_said(site: Path, look: Callable[..., Opened]) -> None:
    opened = look(site)
    risks = opened.go("risk-matrix/")
    expect(risks.locator(".kb-matrix td li")).to_have_count(1)
    expect(risks.locator(".kb-table td", has_text="not rated")).to_have_count(4)
    decisions = opened.go("decision-status/")
    expect(decisions.locator(".kb-chain li")).to_have_count(4)  # the loop, from either side
    figures = opened.go("kpis/")
    expect(figures.locator("svg.kb-plot")).to_have_count(3)
    expect(figures.locator("table", has_text="not known").first).to_be_visible()


@pytest.mark.parametrize("url", PAGES)
def test_nothing_runs(site: Path, look: Callable[..., Opened], url: str) -> None:
    opened = look(site)
    page = opened.go(url)
    page.mouse.move(400, 300)
    page.wait_for_timeout(150)
    assert page.evaluate("window.hacked") is None
    # Neither wall is needed where the other stands: the policy had nothing to refuse.
    assert opened.clean()
    assert page.url == opened.base + url
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".md-header")).to_be_visible()


def test_the_hostile_document_reads_as_text(site: Path, look: Callable[..., Opened]) -> None:
    page = look(site).go("lessons/hostile/")
    assert "<script>" in page.title()
    expect(page.locator(".kb-facts")).to_contain_text("eve</a>")
    expect(page.locator(".kb-facts")).to_contain_text("{{ config.site_name }}")
    article = page.locator("article")
    assert (
        article.locator("script, iframe, object, style, svg:not([class]), base, meta").count() == 0
    )
    assert article.locator("[onclick], [onerror], [onload], [onfocus], [style]").count() == 0
    for link in article.locator("a[href]").all():
        href = link.get_attribute("href") or ""
        assert not href.lower().lstrip().startswith(("javascript:", "data:")), href
    assert page.locator("#__config").count() == 1


def test_hostile_text_is_harmless_in_search_results(
    site: Path, look: Callable[..., Opened]
) -> None:
    opened = look(site)
    page = opened.go("retros/victim/")
    page.keyboard.press("/")
    page.keyboard.type("hostilewordtofind", delay=10)
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    page.wait_for_timeout(150)
    assert page.evaluate("window.hacked") is None
    assert opened.clean()


def test_the_policy_stops_what_got_past_the_sanitiser(
    site: Path, look: Callable[..., Opened], tmp_path: Path
) -> None:
    drawn = (site / "retros" / "victim" / "index.html").read_text(encoding="utf-8")
    evil = f'</h1>{_SCRIPT}{_PICTURE}<script src="https://evil.example/x.js"></script>'
    (site / "retros" / "victim" / "evil.html").write_text(drawn.replace("</h1>", evil, 1))
    opened = look(site)
    page = opened.go("retros/victim/evil.html")
    page.wait_for_timeout(150)
    assert page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in error for error in opened.errors)
    assert page.evaluate("typeof __md_scope") == "object"  # the theme's own scripts did run


def test_only_scripts_of_the_theme_are_named_by_the_policy() -> None:
    template = '<html><head></head><script>scope=new URL("{{ base }}",location)</script></html>'
    policy = Policy([template])
    ours = template.replace("{{ base }}", "../..")
    theirs = ours.replace("</html>", f"{_SCRIPT}</html>")
    sly = ours.replace("../..", '"),alert(1),("')
    assert policy.applied(ours).count("'sha256-") == 1
    assert policy.applied(theirs).count("'sha256-") == 1
    assert policy.applied(sly).count("'sha256-") == 0


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<p class="kb-banner x md-search">a</p>', '<p class="x">a</p>'),
        ('<td style="text-align: right; color: red">a</td>', "a"),
        (
            '<table><tr><td style="text-align: right; color: red">a</td></tr></table>',
            '<table><tbody><tr><td style="text-align:right">a</td></tr></tbody></table>',
        ),
        ('<a href="JaVaScRiPt:x">a</a>', "<a>a</a>"),
        ('<a href="mailto:a@b.example">a</a>', '<a href="mailto:a@b.example">a</a>'),
        ('<img src="//evil.example/x" alt="b">', '<img alt="b">'),
        ('<img src="../a b.png" alt="b">', '<img src="../a b.png" alt="b">'),
        ("<!-- a -->b", "b"),
        ('<input type="text" value="a">', '<input type="checkbox">'),
        ("<details open><summary>a</summary>b</details>",) * 2,
    ],
)
def test_what_the_sanitiser_keeps(written: str, kept: str) -> None:
    assert sanitised(written).replace(' open=""', " open") == kept
