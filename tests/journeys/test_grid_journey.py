"""A list as a spreadsheet: arrows, an edit, a fill, a paste, a width, all of it taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""
COPY = """() => {
  const data = new DataTransfer();
  const event = new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
  return data.getData("text/plain");
}"""

UNDO = """async () => {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  for (let times = 0; times < 3; times += 1) await fetch("/undo/last/", {method: "POST", headers});
}"""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def compose(page: Page, letters: str, word: str) -> None:
    """Write a word with an input method: letters that become the word when it is chosen."""
    method = page.context.new_cdp_session(page)
    for n in range(1, len(letters) + 1):
        place = {"selectionStart": n, "selectionEnd": n}
        method.send("Input.imeSetComposition", {"text": letters[:n], **place})
    method.send("Input.insertText", {"text": word})
    method.detach()


def test_a_list_is_worked_in_like_a_spreadsheet(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("admin")
    page = visitor.open("/accounts/?view=all&columns=name,city,website&sort=name")
    page.wait_for_load_state("networkidle")
    rows = page.locator("sj-grid tr[data-id]")

    def field(row: int, column: int) -> Locator:
        """What has the focus while the cursor stands on a cell that can be typed over."""
        return rows.nth(row).locator("td").nth(column).locator(".cell-entry")

    def texts(column: int) -> list[str]:
        return [rows.nth(n).locator("td").nth(column).inner_text() for n in range(3)]

    before = texts(2), texts(3)
    press(page, "j", "ArrowRight")  # from the list's own key into the cells
    expect(field(0, 2)).to_be_focused()
    page.keyboard.type("Gridtown")
    expect(page.locator(".editing input")).to_have_value("Gridtown")
    press(page, "Enter")
    expect(field(1, 2)).to_be_focused()
    expect(rows.nth(0)).to_contain_text("Gridtown")
    compose(page, "ningbo", "宁波")  # the first letter composes in the cell
    expect(page.locator(".editing input")).to_have_value("宁波")
    press(page, "Escape", "ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown")
    assert page.evaluate(COPY).split("\n")[0] == "Gridtown"
    press(page, "Control+d")
    expect(visitor.toast("2 rows changed")).to_be_visible()
    for n in range(3):
        expect(rows.nth(n)).to_contain_text("Gridtown")
    expect(field(2, 2)).to_be_focused()
    press(page, "Escape", "ArrowUp", "ArrowUp")
    page.evaluate(PASTE, "Aa\thttps://a.example\r\nBb\tno address\r\nCc\thttps://c.example\r\n")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("1 stays as it is")
    dialog.locator("button.primary").click()
    expect(visitor.toast("3 rows changed")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("a.example")
    assert texts(2) == ["Aa", "Bb", "Cc"]
    page.evaluate(UNDO)  # the paste, the fill, the edit
    edge = page.locator('th[data-k="city"] .col-grip').bounding_box()
    assert edge is not None
    page.mouse.move(edge["x"] + 4, edge["y"] + 9)
    page.mouse.down()
    page.mouse.move(edge["x"] + 84, edge["y"] + 9, steps=2)
    with page.expect_response("**/widths/"):
        page.mouse.up()
    wide = page.locator("sj-grid col").nth(2)
    width = wide.get_attribute("width")
    page.reload()
    assert wide.get_attribute("width") == width
    assert (texts(2), texts(3)) == before
    page.locator('th[data-k="city"] a').focus()
    press(page, "Alt+ArrowDown")
    with page.expect_response("**/widths/"):
        page.locator('th[data-k="city"] .menu-item').last.click()
    expect(page.locator("sj-grid col")).to_have_count(0)
