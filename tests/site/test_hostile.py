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

PAGES = [
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
    }
    return build(new_wiki(files))


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
