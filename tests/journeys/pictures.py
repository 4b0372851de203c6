"""Take a picture of every page in both languages, light and dark, at a desk and on a phone:

    python -m tests.journeys.pictures FOLDER [--at http://127.0.0.1:8000] [--only PART]

Starts a demo of its own unless --at names one that runs.
"""

import argparse
import os
import re
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.conftest import Visitor, launch
from tests.journeys.test_pages import ADMIN, MAIN, record_pages
from tests.server import Server, Workspace

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
MORE = (
    "/phases/identify/", "/phases/evaluate/", "/phases/nurture/", "/phases/maintain/",
    "/calendar/", "/accounts/import/", "/contacts/new/", "/search/?q=bj",
)  # fmt: skip


def take(browser: Browser, url: str, folder: Path, only: str) -> int:
    """All pictures; the number taken."""
    count = 0
    for locale in ("zh-CN", "en-US"):
        for theme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = browser.new_context(
                    locale=locale,
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                    is_mobile=size == "phone",
                )
                visitor = Visitor(context, url)
                for role, paths in (("rep", (*MAIN, *MORE)), ("admin", ADMIN)):
                    visitor.sign_in(role)
                    language = "zh-hans" if locale == "zh-CN" else "en"
                    choice = visitor.page.locator(f'button[name="language"][value="{language}"]')
                    with visitor.page.expect_navigation():
                        choice.first.evaluate("button => button.click()")
                    found = record_pages(visitor) if role == "rep" else []
                    for path in (*paths, *found):
                        if only not in path:
                            continue
                        page = visitor.open(path)
                        page.wait_for_load_state("networkidle")
                        name = re.sub(r"[^a-z0-9]+", "-", path.strip("/")) or "today"
                        page.screenshot(path=folder / f"{name}.{language}.{theme}.{size}.png")
                        count += 1
                    context.clear_cookies()
                context.close()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", default="")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        server = None
        if not options.at:
            workspace = Workspace(Path(scratch) / "data", SHANGJI_DEMO="1")
            server = Server(workspace, "--with-worker", "--prepare").wait(240)
        try:
            url = options.at or (server.url if server else "")
            print(take(launch(playwright), url, options.folder, options.only), "pictures")
        finally:
            if server is not None:
                server.stop()


if __name__ == "__main__":
    main()
