"""The site of the starter documents in a real browser: what a reader does there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.site.conftest import Opened

RETRO = "retros/2026-03-20-member-centre-launch-slipped/"
LESSON = "lessons/2026-03-24-a-dependency-without-a-date/"
CHINESE = "sops/需求变更流程/"
STANDING = ("open-actions/", "risk-matrix/", "decision-status/", "roles/", "kpis/")
Look = Callable[..., Opened]
Shoot = Callable[[Page, str], None]


def titles(page: Page) -> list[str]:
    """The documents that the page's table shows, from top to bottom."""
    return page.locator(".kb-table tbody tr:visible th").all_inner_texts()


def test_home_has_search_first_and_what_is_new(starter: Path, look: Look, shoot: Shoot) -> None:
    opened = look(starter)
    page = opened.go()
    box = page.locator("[data-kb-search]")
    expect(box).to_be_visible()
    cards = page.locator(".kb-card h2").all_inner_texts()
    lists = {"New", "Due", "Where we stand", "Latest retros", "Lessons that most link to"}
    assert lists == set(cards)
    standing = page.locator(".kb-card", has_text="Where we stand")
    expect(standing).to_contain_text("overdue")
    for url in STANDING:
        expect(standing.locator(f"a[href='{url}']")).to_be_visible()
    shoot(page, "home")
    page.get_by_role("link", name="Member centre launch slipped").first.click()
    expect(page.locator("h1")).to_contain_text("Member centre launch slipped by three weeks")
    assert opened.clean()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("certificate expired", "App sign-in down for 94 minutes"),
        ("上线延期", "订单系统上线延期两周"),
        ("短信", "大促当晚短信通道故障"),
    ],
)
def test_typed_words_are_found(starter: Path, look: Look, typed: str, found: str) -> None:
    opened = look(starter)
    page = opened.go()
    page.locator("[data-kb-search]").click()
    page.keyboard.type(typed[0])  # the first key goes to the search of the theme
    expect(page.locator("[data-md-component=search-query]")).to_be_focused()
    page.keyboard.type(typed[1:], delay=20)
    results = page.locator(".md-search-result__item h1")
    expect(results.first).to_be_visible()
    expect(page.locator(".md-search-result__list")).to_contain_text(found)
    page.locator(".md-search-result__link", has_text=found).first.click()
    expect(page.locator("article h1")).to_contain_text(found)
    assert opened.clean()


def test_a_retro_and_its_lesson_lead_to_each_other(starter: Path, look: Look, shoot: Shoot) -> None:
    opened = look(starter)
    page = opened.go(RETRO)
    facts = page.locator(".kb-facts")
    for label in ("Type", "Status", "Owner", "Date", "Project", "Tags", "Lessons from it"):
        expect(facts.get_by_text(label, exact=True)).to_be_visible()
    expect(facts).to_contain_text("20 Mar 2026")
    shoot(page, "retro")
    facts.get_by_role("link", name="A dependency without a date is a risk").click()
    expect(page).to_have_url(opened.base + LESSON)
    page.locator(".kb-facts").get_by_role("link", name="Member centre launch").click()
    expect(page).to_have_url(opened.base + RETRO)
    backlinks = page.locator(".kb-footer section", has_text="Linked from")
    expect(backlinks.get_by_role("link").first).to_be_visible()
    similar = page.locator(".kb-footer section", has_text="Seen before")
    expect(similar.get_by_role("link").first).to_be_visible()
    assert opened.clean()


def test_a_table_sorts_and_filters(starter: Path, look: Look, shoot: Shoot) -> None:
    opened = look(starter)
    page = opened.go("retros/")
    everything = titles(page)
    assert len(everything) == 12
    page.get_by_role("button", name="Sort by Date").click()
    assert titles(page) == everything[::-1]
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Date")
    page.get_by_role("button", name="Sort by Date").click()
    assert titles(page) == everything
    page.get_by_label("Owner", exact=True).select_option("ops-lead")
    expect(page.get_by_role("status").filter(has_text="2 / 12")).to_be_visible()
    page.get_by_label("Filter").fill("certificate")
    assert titles(page) == [
        "App sign-in down for 94 minutes because the gateway certificate expired"
    ]
    shoot(page, "table")
    page.reload()  # what was chosen stands in the address
    assert len(titles(page)) == 1
    page.get_by_label("Filter").fill("nothing of this kind")
    expect(page.get_by_role("status").filter(has_text="No document")).to_be_visible()
    assert opened.clean()


def test_a_table_is_a_table_without_javascript(starter: Path, look: Look) -> None:
    page = look(starter, java_script_enabled=False).go("retros/")
    assert len(titles(page)) == 12
    assert page.locator(".kb-table thead th").all_inner_texts() == [
        *("Title", "Date", "Owner", "Project", "Status", "Tags")
    ]
    page.locator(".kb-table tbody th a").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_timeline_shows_a_plot_in_light_and_dark(starter: Path, look: Look, shoot: Shoot) -> None:
    colours = []
    for scheme in ("light", "dark"):
        opened = look(starter, color_scheme=scheme)
        page = opened.go("timeline/")
        plot = page.get_by_role("img", name="Documents over time, by type")
        expect(plot).to_be_visible()
        colours.append(plot.locator("rect").first.evaluate("e => getComputedStyle(e).fill"))
        page.get_by_text("The figures as a table").click()
        expect(page.get_by_role("row", name="2026 Q1")).to_be_visible()
        expect(page.get_by_role("heading", name="March 2026")).to_be_attached()
        shoot(page, f"timeline-{scheme}")
        assert opened.clean()
    assert colours[0] != colours[1]


def test_dark_mode_can_be_chosen_and_stays(starter: Path, look: Look, shoot: Shoot) -> None:
    opened = look(starter, color_scheme="light")
    page = opened.go(RETRO)
    page.get_by_title("Dark").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.goto(opened.base + LESSON)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    shoot(page, "dark")
    assert opened.clean()


@pytest.mark.parametrize(
    "url", ["", RETRO, "retros/", "timeline/", "tags/", "owners/", CHINESE, *STANDING]
)
def test_nothing_is_wider_than_a_phone(starter: Path, look: Look, shoot: Shoot, url: str) -> None:
    opened = look(starter, width=360, has_touch=True, is_mobile=True)
    page = opened.go(url)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    shoot(page, f"phone-{url.split('/')[0] or 'home'}")
    assert opened.clean()


def test_a_chinese_page_reads_as_one(starter: Path, look: Look, shoot: Shoot) -> None:
    opened = look(starter)
    page = opened.go(CHINESE)
    expect(page.locator("h1")).to_contain_text("需求变更")
    expect(page.locator(".kb-facts")).to_contain_text("产品经理")
    shoot(page, "chinese")
    assert opened.clean()


def test_keyboard_alone_is_enough(starter: Path, look: Look) -> None:
    opened = look(starter)
    page = opened.go("retros/")
    page.keyboard.press("/")  # opens the search
    page.keyboard.type("rollback", delay=20)
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(opened.base + "retros/")
    page = opened.go("retros/")
    newest = titles(page)[0]
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
        if page.evaluate("document.activeElement.textContent") == "Date":
            break
    assert {"Retros", "Title", "Date"} <= reached
    page.keyboard.press("Enter")
    assert titles(page)[-1] == newest
    assert opened.clean()


def test_a_page_that_is_not_there_offers_a_search(starter: Path, look: Look) -> None:
    opened = look(starter)
    page = opened.go("404.html")
    expect(page.locator("h1")).to_have_text("This page is not here")
    page.locator("[data-kb-search]").fill("wallet")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    assert opened.clean()


def test_print_shows_the_text_alone(starter: Path, look: Look) -> None:
    opened = look(starter)
    page = opened.go(RETRO)
    page.emulate_media(media="print")
    for gone in (".md-header", ".md-sidebar--primary", ".kb-history"):
        for found in page.locator(gone).all():
            expect(found).to_be_hidden()
    expect(page.locator(".kb-facts")).to_be_visible()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


def test_terms_of_the_glossary_have_tooltips(starter: Path, look: Look) -> None:
    page = look(starter).go(RETRO)
    term = page.locator("abbr", has_text="launch delay")
    assert "delay" in (term.first.get_attribute("title") or "").lower()
    assert page.locator("h1 abbr, h2 abbr, a abbr, code abbr").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "url",
    [
        *("", RETRO, "retros/", "timeline/", "tags/", "owners/", "glossary/", CHINESE, "404.html"),
        *STANDING,
    ],
)
def test_no_serious_accessibility_problem(starter: Path, look: Look, scheme: str, url: str) -> None:
    page = look(starter, color_scheme=scheme).go(url)
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []


def test_open_actions_lead_to_their_documents_and_filter_by_owner(
    starter: Path, look: Look, shoot: Shoot
) -> None:
    opened = look(starter)
    page = opened.go("open-actions/")
    everything = len(titles(page))
    page.get_by_label("Owner", exact=True).select_option("发布负责人")
    assert 0 < len(titles(page)) < everything
    row = page.locator("tbody tr:visible", has_text="上线前演练回滚")
    expect(row).to_contain_text("#PC-123")
    shoot(page, "open-actions")
    row.get_by_role("link", name="订单系统上线延期两周").click()
    expect(page.locator("h1")).to_contain_text("订单系统上线延期两周")
    assert opened.clean()


def test_the_risk_matrix_says_in_words_what_its_colours_say(
    starter: Path, look: Look, shoot: Shoot
) -> None:
    colours = []
    for scheme in ("light", "dark"):
        opened = look(starter, color_scheme=scheme)
        page = opened.go("risk-matrix/")
        cell = page.locator(".kb-matrix td", has_text="Wallet provider outage")
        expect(cell).to_contain_text("15 · high")
        expect(cell).to_contain_text("drill overdue")
        expect(page.get_by_role("columnheader", name="Impact 5")).to_be_visible()
        expect(page.get_by_role("rowheader", name="Likelihood 3")).to_be_visible()
        colours.append(cell.evaluate("e => getComputedStyle(e).backgroundColor"))
        shoot(page, f"risk-matrix-{scheme}")
        assert opened.clean()
    assert colours[0] != colours[1]


def test_decisions_are_shown_in_the_order_in_which_they_replaced_each_other(
    starter: Path, look: Look, shoot: Shoot
) -> None:
    opened = look(starter)
    page = opened.go("decision-status/")
    chain = page.locator(".kb-chain li")
    expect(chain.nth(0)).to_contain_text("One text message vendor")
    expect(chain.nth(0)).to_contain_text("superseded")
    expect(chain.nth(1)).to_contain_text("Two text message vendors")
    shoot(page, "decision-status")
    assert opened.clean()


def test_roles_and_expectations_come_from_all_charters(
    starter: Path, look: Look, shoot: Shoot
) -> None:
    opened = look(starter)
    page = opened.go("roles/")
    expect(page.get_by_role("region", name="Who expects what")).to_have_count(2)
    expected = page.get_by_role("row", name="a daily report of refunds")
    expect(expected).to_contain_text("15 Sep 2026")
    shoot(page, "roles")
    expected.get_by_role("link").click()
    expect(page).to_have_url(f"{opened.base}charters/2026-06-01-wallet-payment/#expectations")
    assert opened.clean()


def test_kpis_are_plots_with_their_figures_beside(starter: Path, look: Look, shoot: Shoot) -> None:
    opened = look(starter)
    page = opened.go("kpis/")
    plot = page.get_by_role("img", name="declined payments (%)")
    expect(plot).to_be_visible()
    assert plot.locator("circle").count() == 3
    table = page.get_by_role("region", name="declined payments")
    expect(table.get_by_role("row", name="2026-Q3")).to_contain_text("met")
    shoot(page, "kpis")
    assert opened.clean()


def test_who_owns_what_counts_actions_and_duties(starter: Path, look: Look) -> None:
    page = look(starter).go("owners/")
    row = page.locator(".kb-table").get_by_role("row", name="ops-lead")
    cells = row.get_by_role("cell").all_inner_texts()
    assert int(cells[3]) >= 5  # open actions
    assert int(cells[5]) >= 5  # tasks that it answers for
    part = page.get_by_role("heading", name="测试负责人")  # owns actions alone
    expect(part).to_be_attached()
