"""Three opportunities assessed, compared and decided, as a salesperson and a leader do it."""

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
#: name, amount, answers given to every question of the scorecard
DEALS = (("涂装线改造", "80万", 8), ("能源看板", "30万", 6), ("备件商城", "20万", 4))


def begin(visitor: Visitor, name: str, amount: str) -> int:
    """A new opportunity that is being assessed."""
    page = visitor.open("/opportunities/new/")
    page.locator('[name="name"]').fill(name)
    page.locator('[name="amount"]').fill(amount)
    stage = page.locator('select[name="stage"]')
    label = stage.locator("option").filter(has_text=re.compile("评估中|Assessing")).first
    stage.select_option(value=label.get_attribute("value"))
    with page.expect_navigation():
        page.locator("form .btn.primary").last.click()
    found = re.search(r"/opportunities/(\d+)/", page.url)
    assert found, page.url
    return int(found.group(1))


def assess(visitor: Visitor, pk: int, value: int) -> None:
    """The same answer to every question that is not computed."""
    page = visitor.open(f"/opportunities/{pk}/evaluate/scorecard/")
    for box in page.locator("fieldset.ask:not(.computed)").all():
        box.locator(f'input[type="radio"][value="{value}"]').check(force=True)
    with page.expect_navigation():
        page.locator(".assess-foot .btn.primary").click()
    expect(visitor.toast()).to_be_visible()


def decide(page: Page, verdict: str, reason: str, **fields: str) -> None:
    """Open the dialog of a verdict, fill it, confirm."""
    page.locator(f'a[href$="/decide/{verdict}/"]').first.click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    for name, text in fields.items():
        dialog.locator(f'[name="{name}"]').fill(text)
    dialog.locator('[name="reason"]').fill(reason)
    with page.expect_navigation():
        dialog.locator("button.primary").click()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_three_are_assessed_compared_and_decided(
    locale: str, visit: Callable[..., Visitor]
) -> None:
    rep: Any = visit(locale).sign_in("rep")
    mark = f"{locale[:2]} {int(time.time())}"
    ids = []
    for name, amount, value in DEALS:
        ids.append(begin(rep, f"{name} {mark}", amount))
        assess(rep, ids[-1], value)

    asked = "&".join(f"ids={pk}" for pk in ids)
    page = rep.open(f"/evaluate/compare/?{asked}")
    columns = page.locator("table.matrix thead .who-name")
    expect(columns).to_have_count(3)
    assert DEALS[0][0] in columns.first.inner_text()
    slider = page.locator('table.matrix input[type="range"]').first
    shown = page.locator("table.matrix [data-weight]").first.locator("[data-shown]")
    before = shown.inner_text()
    slider.focus()
    for _step in range(10):
        page.keyboard.press("ArrowRight")
    expect(shown).not_to_have_text(before)

    # over the limit of the demo's rules: the leader approves
    page = rep.open(f"/opportunities/{ids[0]}/evaluate/decision/")
    assert page.locator(".tile").count() >= 8
    decide(page, "go", "预算已批")
    waits = page.locator('form[action$="/withdraw/"]')
    expect(waits).to_be_visible()
    leader = visit(locale).sign_in("manager")
    page = leader.open(f"/opportunities/{ids[0]}/evaluate/decision/")
    with page.expect_navigation():
        page.locator('form[action$="/approve/"] button').click()
    expect(leader.toast()).to_be_visible()
    expect(page.locator('form[action$="/approve/"]')).to_have_count(0)

    # put off: it waits in nurture until its day
    day = date.today() + timedelta(days=60)
    page = rep.open(f"/opportunities/{ids[1]}/evaluate/decision/")
    decide(page, "not_now", "预算明年才有", returns_on=day.isoformat())
    expect(page.locator('.trail .node[data-phase="nurture"]')).to_be_visible()
    said = f"{day:%m-%d}" if locale == "zh-CN" else f"{day.day} {day:%b}"
    expect(page.locator(".stack")).to_contain_text(said)
