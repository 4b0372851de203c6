"""Work in lists: in place, in bulk, by a file; each taken back."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_cell_is_changed_in_place_and_taken_back_with_one_key(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit().sign_in("admin")
    page = visitor.open("/accounts/?view=all")
    page.wait_for_load_state("networkidle")
    cell = page.locator('sj-inline-edit[data-column="city"]').first
    before = cell.inner_text()
    url = str(cell.get_attribute("data-url"))
    cell.locator("button").click()
    box = cell.locator("input").first
    box.fill("Journeytown")
    box.press("Enter")
    expect(cell).to_contain_text("Journeytown")
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("z")
    page.wait_for_load_state("networkidle")
    expect(page.locator(f'sj-inline-edit[data-url="{url}"]')).to_have_text(before)


def test_owners_are_changed_in_bulk_and_set_back(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("admin")
    path = "/accounts/?view=all&columns=name,owner&sort=name"
    page = visitor.open(path)
    page.wait_for_load_state("networkidle")
    rows = page.locator("tr[data-id]")
    before = [rows.nth(place).inner_text() for place in range(3)]
    for place in range(3):
        rows.nth(place).locator("[data-pick]").check(force=True)
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_visible()
    with page.expect_navigation():
        bar.locator('button[formaction$="/bulk/assign/"]').click()
    page.locator('#content select[name="value"]').select_option(index=2, force=True)
    with page.expect_navigation():
        page.locator("#content button.primary").click()
    page.wait_for_load_state("networkidle")
    undo = page.locator("sj-toast button", has_text="Undo").first
    expect(undo).to_be_visible()
    with page.expect_navigation():
        undo.click()
    page.goto(f"{visitor.url}{path}")
    assert [rows.nth(place).inner_text() for place in range(3)] == before


def test_a_small_file_comes_in_and_is_taken_back(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("admin")
    mark = f"Journey {time.time_ns()}"
    table = f"Customer,City\n{mark} A,Ningbo\n{mark} B,Xi'an\n"
    page = visitor.open("/accounts/import/")
    page.locator('input[type="file"]').set_input_files(
        {"name": "customers.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.locator("#content button.primary").first.click()
    page.wait_for_url("**/import/*/**")
    begin = page.locator('button[formaction$="/start/"]').first
    if not begin.count():
        page.locator('button[formaction$="/try/"]').first.click()
    expect(begin).to_be_visible()
    begin.click()
    undo = page.locator(
        '#content form[action*="/undo"] button, #content [formaction*="/undo"]'
    ).first
    expect(undo).to_be_visible(timeout=30_000)
    report = page.url
    rows = page.locator("tr[data-id]")
    for _try in range(120):  # the job runs beside the page
        page.goto(f"{visitor.url}/accounts/?f=name.has.{mark}")
        if rows.count() == 2:
            break
        time.sleep(0.5)
    expect(rows).to_have_count(2)
    page.goto(report)
    undo.click()
    confirm = page.locator("dialog[open] button.primary")
    if confirm.count():
        confirm.first.click()
    page.wait_for_load_state("networkidle")
    expect_gone = page.locator("tr[data-id]")
    for _try in range(120):
        page.goto(f"{visitor.url}/accounts/?f=name.has.{mark}")
        if expect_gone.count() == 0:
            break
        time.sleep(0.5)
    expect(expect_gone).to_have_count(0)
