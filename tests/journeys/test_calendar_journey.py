"""An entry of a calendar is carried to another day by keyboard, and undone; a fixed one stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_an_entry_is_carried_to_another_day(visit: Callable[..., Visitor]) -> None:
    visitor = visit("en-US").sign_in("manager")
    page = visitor.open("/opportunities/?view=open&shape=calendar&by=next_step_on.week")
    page.wait_for_load_state("networkidle")
    entry = page.locator('.cal-entry:not([data-url=""])').last
    is_last = entry.evaluate("e => e.closest('.cell').nextElementSibling === null")
    beside = "ArrowLeft" if is_last else "ArrowRight"
    pk = entry.get_attribute("data-id")
    assert pk is not None
    found = page.locator(f'.cal-entry[data-id="{pk}"]')
    day = "e => e.closest('[data-day]').dataset.day"
    before = found.evaluate(day)
    found.locator("a").focus()
    for key in ("Space", beside, "Escape"):
        page.keyboard.press(key)
    assert found.evaluate(day) == before
    for key in ("Space", beside, "Enter"):
        page.keyboard.press(key)
    undo = visitor.toast().locator("[data-key=z]")
    expect(undo).to_be_visible()
    expect(found.locator("a")).to_be_focused()
    assert found.evaluate(day) != before
    with page.expect_navigation():
        undo.click()
    assert found.evaluate(day) == before
    # when a deal was opened is nobody's to change
    page = visitor.open("/opportunities/?view=all&shape=calendar&by=opened_on")
    page.wait_for_load_state("networkidle")
    page.locator(".cal-entry a").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("sj-toast .toast[data-tone=bad]")).to_be_visible()
    assert not visitor.faults
