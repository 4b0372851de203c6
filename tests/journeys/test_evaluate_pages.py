"""Every page of Evaluate at a desk and on a phone, light and dark, for each role: whole, readable,
without a fault, and with its end in sight."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.journeys.test_pages import look

pytestmark = pytest.mark.browser
OVER_ALL = (
    "queue", "ranking", "compare", "markets", "competitors", "capacity", "capacity/plan", "risks",
    "model", "lift",
)  # fmt: skip
OF_ONE = (
    "decision", "scorecard", "intent", "probability", "market", "competition", "resources", "risks",
    "profit",
)  # fmt: skip
LISTS = ("assessments", "profit-forecasts", "decisions", "risks", "markets", "battlecards")
SETTINGS = (
    "scorecards", "scorecards/new", "scorecards/1", "scorecards/1/pairs", "intent",
    "order-of-work", "decisions",
)  # fmt: skip
#: scrolled to its end, the last thing of a page stands above the bar at the bottom
HIDDEN_END = """() => {
  const main = document.querySelector('main'), bar = document.querySelector('nav.bottom');
  for (const e of [document.scrollingElement, ...document.querySelectorAll('main, main *')])
    if (e.scrollHeight > e.clientHeight + 1)
      e.scrollTo({top: e.scrollHeight, behavior: 'instant'});
  const top = bar.getBoundingClientRect().top;
  let end = 0, last = null;
  for (const e of main.querySelectorAll('*')) {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (box.width < 2 || box.height < 2 || !e.checkVisibility({visibilityProperty: true})) continue;
    if (style.position === 'fixed' || e.closest('dialog, .menu-pop, .points-pop')) continue;
    if (box.bottom > end) { end = box.bottom; last = e; }
  }
  const under = Math.round(end - top);
  return under > 1 ? `${last.tagName}.${last.className} ends ${under} px below` : '';
}"""


def of_one(visitor: Visitor) -> list[str]:
    """The pages of an opportunity that has risks, as the first line of the heat map's list."""
    page = visitor.open("/evaluate/risks/")
    link = page.locator('main a[href^="/opportunities/"]').first
    found = re.search(r"/opportunities/(\d+)/", str(link.get_attribute("href")))
    assert found
    return [f"/opportunities/{found[1]}/evaluate/{one}/" for one in OF_ONE]


def all_of(visitor: Visitor) -> list[str]:
    return [
        *(f"/evaluate/{one}/" for one in OVER_ALL),
        *of_one(visitor),
        *(f"/{one}/?view=all" for one in LISTS),
        *compared(visitor),
    ]


def compared(visitor: Visitor) -> list[str]:
    """Three of the ranking beside one another."""
    page = visitor.open("/evaluate/ranking/")
    ids = [box.get_attribute("value") for box in page.locator('input[name="ids"]').all()[:3]]
    return [f"/evaluate/compare/?{'&'.join(f'ids={pk}' for pk in ids)}"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_its_pages_are_whole(visit: Callable[..., Visitor], dark: bool) -> None:
    visitor = visit("en-US" if dark else "zh-CN", dark=dark).sign_in("manager")
    faults = look(visitor, all_of(visitor), phone=False)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_its_pages_fit_a_phone_to_their_end(visit: Callable[..., Visitor], locale: str) -> None:
    visitor = visit(locale, width=390, height=844, has_touch=True, is_mobile=True)
    visitor.sign_in("rep")
    paths = all_of(visitor)
    faults = look(visitor, paths, phone=True)
    for path in paths:
        page = visitor.open(path)
        page.wait_for_load_state("networkidle")
        hidden = page.evaluate(HIDDEN_END)
        if hidden:
            faults.append(f"{path}: {hidden}")
    assert not faults, "\n".join(faults)


def test_its_settings_are_whole(visit: Callable[..., Visitor]) -> None:
    paths = [f"/settings/{one}/" for one in SETTINGS]
    visitor = visit("en-US").sign_in("admin")
    faults = look(visitor, paths, phone=False)
    phone = visit("zh-CN", dark=True, width=390, height=844, has_touch=True, is_mobile=True)
    faults += look(phone.sign_in("admin"), paths, phone=True)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", ["rep", "readonly"])
def test_its_pages_work_for_other_roles(visit: Callable[..., Visitor], role: str) -> None:
    visitor = visit("en-US").sign_in(role)
    for path in all_of(visitor):
        expect(visitor.open(path).locator("h1").first).to_be_visible()
    for one in SETTINGS:
        answer = visitor.context.request.get(f"{visitor.url}/settings/{one}/")
        assert answer.status == 403, one
