"""Every main page at a desk and on a phone, light and dark: whole, readable, without a fault."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
MAIN = (
    "/", "/phases/convert/", "/opportunities/board/", "/opportunities/", "/accounts/",
    "/contacts/", "/activities/", "/products/", "/pool/", "/insights/", "/notices/",
    "/search/?q=a", "/profile/", "/bin/", "/opportunities/new/", "/accounts/new/",
)  # fmt: skip
ADMIN = (
    "/settings/people/", "/settings/teams/", "/settings/roles/", "/settings/workspace/",
    "/settings/currencies/", "/settings/calendar/", "/settings/pipelines/", "/settings/reasons/",
    "/settings/fields/", "/settings/fields/new/",
    "/settings/mail/", "/settings/jobs/", "/settings/audit/", "/settings/people/invite/",
)  # fmt: skip

#: what a person who hears or enlarges a page runs into
LOOK = """() => {
  const seen = (e) => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden';
  };
  const faults = [];
  const heads = [...document.querySelectorAll('h1')].filter(seen);
  if (heads.length !== 1) faults.push(`${heads.length} h1`);
  for (const e of document.querySelectorAll('input, select, textarea')) {
    if (e.type === 'hidden' || !seen(e)) continue;
    const named = e.labels?.length || e.getAttribute('aria-label') || e.title ||
      e.getAttribute('aria-labelledby');
    if (!named) faults.push(`no label: ${e.outerHTML.slice(0, 120)}`);
  }
  for (const e of document.querySelectorAll('a, button, summary')) {
    if (!seen(e) || e.closest('[aria-hidden=true]')) continue;
    const named = e.textContent.trim() || e.getAttribute('aria-label') || e.title ||
      e.querySelector('[aria-label], img[alt], title');
    if (!named) faults.push(`no name: ${e.outerHTML.slice(0, 120)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length) faults.push(`twice the id ${[...new Set(twice)].slice(0, 3)}`);
  if (!document.documentElement.lang) faults.push('no language');

  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const rgba = (text) => {
    pen.clearRect(0, 0, 1, 1); pen.fillStyle = text; pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const ground = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null;
      const color = rgba(style.backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    let color = rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark')
      ? '#000' : '#fff').slice(0, 3);
    for (const layer of layers.reverse()) color = over(layer, color);
    return color;
  };
  const light = (c) => {
    const [r, g, b] = c.map((v) => v / 255)
      .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const told = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !e || !seen(e)) continue;
    if (e.closest('svg, script, [disabled], [aria-disabled=true]')) continue;
    const style = getComputedStyle(e), under = ground(e);
    if (!under || Number(style.opacity) < 1) continue;
    const color = over(rgba(style.color), under);
    const [a, b] = [light(color), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.6 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.02) {
      const key = `${e.tagName}.${e.className}`;
      if (!told.has(key)) {
        told.add(key);
        faults.push(`contrast ${ratio.toFixed(2)}: ${key} "${node.data.trim().slice(0, 30)}"`);
      }
    }
  }
  return faults;
}"""
SIDEWAYS = """() => {
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  if (wide <= 0) return '';
  const guilty = [...document.body.querySelectorAll('*')].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.right > innerWidth + 1 && box.width > 0;
  });
  return `${wide} px: ` + guilty.slice(0, 3).map((e) => `${e.tagName}.${e.className}`).join(' ');
}"""


def record_pages(visitor: Visitor) -> list[str]:
    """The first record of each list."""
    found = []
    for slug in ("opportunities", "accounts", "contacts", "activities"):
        page = visitor.open(f"/{slug}/?view=all")
        row = page.locator("tr[data-href]").first
        if row.count():
            found.append(str(row.get_attribute("data-href")))
    return found


def look(visitor: Visitor, paths: Any, *, phone: bool) -> list[str]:
    faults = []
    for path in paths:
        page = visitor.open(path)
        page.wait_for_load_state("networkidle")
        faults += [f"{path}: {fault}" for fault in page.evaluate(LOOK)]
        sideways = page.evaluate(SIDEWAYS)
        if sideways:
            faults.append(f"{path}: scrolls sideways by {sideways}")
        if phone and not page.locator("nav.bottom:visible").count():
            faults.append(f"{path}: no bar at the bottom")
    return faults


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_main_pages_are_whole(visit: Callable[..., Visitor], dark: bool) -> None:
    visitor = visit("zh-CN" if dark else "en-US", dark=dark).sign_in("rep")
    faults = look(visitor, (*MAIN, *record_pages(visitor)), phone=False)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_settings_pages_are_whole(visit: Callable[..., Visitor], dark: bool) -> None:
    visitor = visit("en-US" if dark else "zh-CN", dark=dark).sign_in("admin")
    faults = look(visitor, ADMIN, phone=False)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", ["rep", "admin"])
def test_pages_fit_a_phone(visit: Callable[..., Visitor], role: str) -> None:
    visitor = visit("zh-CN", width=390, height=844, has_touch=True, is_mobile=True).sign_in(role)
    paths = (*MAIN, *record_pages(visitor)) if role == "rep" else ADMIN
    faults = look(visitor, paths, phone=True)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", ["manager", "readonly"])
def test_pages_work_for_other_roles(visit: Callable[..., Visitor], role: str) -> None:
    visitor = visit("en-US").sign_in(role)
    for path in MAIN:
        if role == "readonly" and path.endswith("/new/"):
            continue
        expect(visitor.open(path).locator("h1").first).to_be_visible()


def test_focus_is_seen_and_the_sheet_of_keys_opens(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("rep")
    page = visitor.open("/opportunities/")
    page.wait_for_load_state("networkidle")
    for _place in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const e = document.activeElement, style = getComputedStyle(e);
              if (e === document.body) return 'nothing';
              const ring = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none';
              return ring || style.boxShadow !== 'none' ? '' : e.outerHTML.slice(0, 100);
            }"""
        )
        assert seen == "", seen
    page.locator("h1").click()
    page.keyboard.press("?")
    sheet = page.locator("dialog[open]")
    expect(sheet).to_be_visible()
    expect(sheet.locator("kbd").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def test_the_theme_is_switched_by_hand_and_kept(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("manager")
    page = visitor.open("/profile/")
    paper = "() => getComputedStyle(document.documentElement).getPropertyValue('color-scheme')"
    before = page.evaluate(paper)
    page.evaluate("() => document.querySelector('button[name=theme][value=dark]').click()")
    page.wait_for_function(f"before => ({paper})() !== before", arg=before)
    page.wait_for_load_state("networkidle")
    assert visitor.open("/profile/").evaluate(paper) != before
