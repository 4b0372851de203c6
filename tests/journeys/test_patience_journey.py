"""Slow lines and files: what is pressed again is not done again, and what was chosen arrives."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_form_pressed_again_on_a_slow_line_is_sent_once(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("rep")
    name, sent = f"Patience {time.time_ns()}", []

    def slowly(route: Route) -> None:
        sent.append(route.request.method)
        time.sleep(0.3)
        route.continue_()

    page = visitor.open("/accounts/new/")
    page.wait_for_load_state("networkidle")
    page.locator('#content [name="name"]').first.fill(name)
    page.route("**/accounts/new/", slowly)
    button = page.locator("#content form.form button.primary").first
    with page.expect_navigation():
        button.evaluate(
            "button => [0, 60, 120].forEach(at => setTimeout(() => button.click(), at))"
        )
    assert sent == ["POST"]
    page.goto(f"{visitor.url}/accounts/?f=name.has.{name}")
    expect(page.locator("tr[data-id]")).to_have_count(1)


def test_a_file_is_added_to_an_opportunity(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("rep")
    page = visitor.open("/opportunities/")
    page.locator("tr[data-id] a").first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("tab", name="Files").or_(page.get_by_role("link", name="Files")).first.click()
    name = f"offer-{time.time_ns()}.txt"
    page.locator('#files input[type="file"]').set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": b"ten thousand"}
    )
    page.locator("#files").get_by_role("button", name="Add files").click()
    expect(page.locator("#files a", has_text=name)).to_be_visible()


def test_a_dialog_pressed_again_on_a_slow_line_is_sent_once(visit: Callable[..., Visitor]) -> None:
    """htmx keeps a second press, and would send it while the page is being left."""
    visitor, sent = visit().sign_in("rep"), []

    def slowly(route: Route) -> None:
        if route.request.method == "GET":
            return route.continue_()
        sent.append(route.request.method)
        time.sleep(0.2)
        return route.fulfill(status=204, headers={"HX-Redirect": "/calendar/"})

    page = visitor.open("/?all")
    page.wait_for_load_state("networkidle")
    page.route("**/step/done/**", slowly)
    page.locator('a[href*="/step/done/"]').first.click()
    button = page.locator("dialog[open] button.primary")
    with page.expect_navigation(url="**/calendar/"):
        button.evaluate(
            "button => [0, 60, 120].forEach(at => setTimeout(() => button.click(), at))"
        )
    assert sent == ["POST"]
