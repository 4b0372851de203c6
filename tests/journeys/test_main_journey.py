"""The journey of a deal, as a person walks it, in both languages."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
PHASES = ("identify", "evaluate", "nurture", "convert", "maintain")
#: language of the browser: customer's name, the deal's name, its pinyin initials
WORDS = {
    "zh-CN": ("周雨桐", "蓝鲸压缩机采购", "ljysj"),
    "en-US": ("周若兰", "青鸟净化车间改造", "qnjhcj"),
}


def use_language(visitor: Visitor, locale: str) -> None:
    """By the menu at the top."""
    page = visitor.page
    value = "zh-hans" if locale.startswith("zh") else "en"
    page.get_by_role("banner").locator(".top-lang summary").click()
    with page.expect_navigation():
        page.get_by_role("banner").locator(f'button[value="{value}"]').click()
    assert page.locator("html").get_attribute("lang") in ("zh-Hans", "en")


def column(page: Page, phase: str) -> Locator:
    """The first column of a phase on the board of all phases."""
    return page.locator(f'.col[data-phase="{phase}"]').first


def drag(page: Page, card: Locator, target: Locator) -> None:
    """With the mouse, as a hand does it: press, a little way, there, let go."""
    card.evaluate("card => card.closest('.col').scrollIntoView({inline: 'start'})")
    start = card.locator(".card-3").bounding_box()
    end = target.bounding_box()
    assert start and end and end["x"] + end["width"] / 2 < 1430, "both must be in sight"
    page.mouse.move(start["x"] + 12, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 24, start["y"] + start["height"] / 2 + 6, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 90, steps=12)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 94, steps=3)
    page.mouse.up()


def settled(card: Locator) -> None:
    expect(card).not_to_have_attribute("aria-busy", "true")


def answer_why(page: Page) -> None:
    """Choose the first reason in the dialog and confirm."""
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    dialog.locator('select[name="reason"]').select_option(index=1)
    dialog.locator('[name="note"]').fill("Price")
    dialog.locator("button.primary").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def create(visitor: Visitor, path: str, **fields: str) -> str:
    """Fill a form and save it; the address of the new record."""
    page = visitor.open(path)
    for name, value in fields.items():
        page.locator(f'form [name="{name}"]').first.fill(value)
    with page.expect_navigation():
        page.locator("#content form.form button.primary").first.click()
    return page.url


@pytest.mark.parametrize("locale", list(WORDS))
def test_a_deal_walks_through_all_five_phases(visit: Callable[..., Visitor], locale: str) -> None:
    person, deal, initials = WORDS[locale]
    deal = f"{deal}{time.time_ns() % 100_000}"  # one of its own, also on a server that ran before
    visitor = visit(locale)
    visitor.sign_in("rep")
    use_language(visitor, locale)
    page: Any = visitor.page

    assert "/contacts/" in create(visitor, "/contacts/new/", name=person)
    expect(page.locator("h1")).to_contain_text(person)
    url = create(
        visitor,
        "/opportunities/new/",
        name=deal,
        amount="128.5万" if locale == "zh-CN" else "1285000",
        next_step="Call",
        next_step_on="2030-01-15",
    )
    expect(page.locator("h1")).to_contain_text(deal)

    # over the board: twice by mouse, once by keyboard, once by mouse with a question
    page.goto(f"{visitor.url}/opportunities/board/?f=name.has.{deal}")
    card = page.locator(".card", has_text=deal)
    expect(card).to_have_count(1)
    page.wait_for_load_state("networkidle")  # dragging is loaded after the page
    for phase in PHASES[1:3]:
        drag(page, card, column(page, phase))
        expect(column(page, phase).locator(".card", has_text=deal)).to_be_visible()
        settled(card)
    card.locator(".name").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(column(page, "convert").locator(".card", has_text=deal)).to_be_visible()
    settled(card)
    contract = page.locator('.col[data-phase="convert"]').last
    drag(page, card, contract)
    expect(contract.locator(".card", has_text=deal)).to_be_visible()
    settled(card)
    drag(page, card, column(page, "maintain"))
    answer_why(page)
    expect(column(page, "maintain").locator(".card", has_text=deal)).to_be_visible()

    # lost with a reason, reopened where it was, and the reopening undone with one key
    page.goto(f"{url}lose/")
    page.locator('select[name="reason"]').select_option(index=1)
    page.locator('[name="note"]').fill("Price")
    with page.expect_navigation():
        page.locator("dialog button.primary").click()
    expect(page.locator(".tag.bad:visible").first).to_be_visible()
    with page.expect_navigation():
        page.locator('form[action$="/reopen/"] button.primary').first.click()
    expect(page.locator(".tag.bad:visible")).to_have_count(0)
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("z")
    expect(page.locator(".tag.bad:visible").first).to_be_visible()

    # found by the first letters of its sound
    page.keyboard.press("Control+k")
    page.keyboard.type(initials, delay=20)
    hit = page.locator('[role="option"]', has_text=deal).first
    expect(hit).to_be_visible()
    hit.click()
    expect(page.locator("h1")).to_contain_text(deal)
