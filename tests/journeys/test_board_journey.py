"""A field of one's own, filled by another system's export, laid out as a board and worked on."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.test_main_journey import use_language

pytestmark = pytest.mark.browser
EXPORT = Path(__file__).resolve().parents[1] / "data/exports/hubspot_own_field.csv"


def make_field(visitor: Visitor, mark: str) -> None:
    """A choice of accounts with two options: drafted, looked at, published."""
    page = visitor.open("/settings/fields/new/?of=accounts")
    page.locator('[name="label_zh"]').fill(f"续约意向 {mark}")
    page.locator('[name="label_en"]').fill(f"Renewal mood {mark}")
    page.locator('select[name="kind"]').select_option("choice")
    with page.expect_navigation():
        page.locator("#content form button.primary").last.click()
    for row, (zh, en, tone) in enumerate((("愿意", "Willing", "good"), ("犹豫", "Unsure", "warn"))):
        page.locator('[name="option-zh"]').nth(row).fill(zh)
        page.locator('[name="option-en"]').nth(row).fill(en)
        page.locator('select[name="option-tone"]').nth(row).select_option(tone)
    with page.expect_navigation():
        page.locator("#content form:has([name='option-zh']) button.primary").click()
    with page.expect_navigation():
        page.locator('button[formaction$="/publish/"]').click()


def bring(visitor: Visitor, mark: str) -> None:
    """The export comes in by its preset; the new field is known by its header."""
    table = EXPORT.read_text("utf-8").replace("@@", mark)
    page = visitor.open("/accounts/import/")
    page.locator('input[type="file"]').set_input_files(
        {"name": "hubspot.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.locator("#content button.primary").first.click()
    page.wait_for_url("**/import/*/**")
    assert "HubSpot" in page.locator("#known").inner_text()
    with page.expect_navigation():
        page.locator('button[formaction$="/try/"]').first.click()
    begin = page.locator('button[formaction$="/start/"]').first
    expect(begin).to_be_visible(timeout=30_000)
    begin.click()
    expect(
        page.locator('#content form[action*="/undo"] button, #content [formaction*="/undo"]').first
    ).to_be_visible(timeout=30_000)


def ready(page: Page) -> None:
    """The page's elements are at work."""
    page.wait_for_function("customElements.get('sj-board') !== undefined")


def has_counts(page: Page, *counts: int) -> None:
    """The board's columns hold so many cards, as soon as they have come."""
    columns = page.locator(".col")
    expect(columns).to_have_count(len(counts), timeout=30_000)
    for place, count in enumerate(counts):
        expect(columns.nth(place).locator(".card .name")).to_have_count(count)


def choose(page: Page, *names: str) -> Any:
    """Tick cards; the bulk bar."""
    for name in names:
        card = page.locator(f'.card[data-name="{name}"]')
        card.hover()
        card.locator("[data-pick]").check(force=True)
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_visible()
    return bar


def undo(page: Page) -> None:
    button = page.locator("sj-toast .toast button:not([aria-label])").first
    expect(button).to_be_visible()
    with page.expect_navigation():
        button.click()
    ready(page)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_field_of_ones_own_is_filled_and_worked_on_as_a_board(
    locale: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(locale).sign_in("admin")
    use_language(visitor, locale)
    mark = f"{int(time.time())}"
    make_field(visitor, mark)
    bring(visitor, mark)
    cedar, works = f"Cedar Tools {mark}", f"Cedar Tool Works {mark}"

    page = visitor.open(f"/accounts/?view=all&f=name.has.{mark}&columns=name,city")
    page.locator('.seg a:has(use[href$="#layout-kanban"])').click()
    page.locator('summary:has(use[href$="#layout-kanban"])').click()
    with page.expect_navigation():
        page.locator("details[open] .menu-pop a", has_text=mark).click()
    ready(page)
    board = page.url
    has_counts(page, 2, 1, 1)  # willing, unsure, nothing said yet

    # carried with the keyboard, and taken back
    page.locator(f'.card[data-name="{cedar}"] .name').focus()
    for key in ("Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(visitor.toast()).to_be_visible()
    expect(page.locator(".col").nth(1).locator(".count")).to_have_text("2")
    expect(page.locator(".col").nth(1).locator(".card .name", has_text=cedar)).to_be_visible()
    undo(page)
    has_counts(page, 2, 1, 1)

    # several at once, and taken back
    with page.expect_navigation():
        choose(page, cedar, works).locator('button[formaction$="/bulk/edit/"]').click()
    field = page.locator("#bulk-field option", has_text=mark).get_attribute("value")
    page.locator("#bulk-field").select_option(field)
    with page.expect_navigation():
        page.locator("#content button.primary").click()
    page.locator('#content select[name="value"]').select_option(index=2, force=True)
    with page.expect_navigation():
        page.locator("#content button.primary").click()
    ready(page)
    has_counts(page, 0, 3, 1)
    undo(page)
    page.goto(board)
    ready(page)
    has_counts(page, 2, 1, 1)

    # two that are one, and two again
    with page.expect_navigation():
        choose(page, cedar, works).locator('button[formaction$="/accounts/merge/"]').click()
    with page.expect_navigation():
        page.locator(".merge-sheet button.primary").click()
    ready(page)
    undo(page)
    page.goto(f"{visitor.url}/accounts/?view=all&f=name.has.{mark}")
    expect(page.locator("tr[data-id]")).to_have_count(4)
