"""A real server with the demo workspace, and a browser that notices what goes wrong in it."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.server import Server, Workspace

DIST = Path(__file__).resolve().parents[2] / "shangji/ui/static/ui/dist/manifest.json"
WAIT = 30_000  # milliseconds: others may be at work on this machine
expect.set_options(timeout=WAIT)
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Running:
    """A server somebody else started."""

    def __init__(self, url: str) -> None:
        self.url = url


def launch(playwright: Any) -> Browser:
    """Debian's chromium, without a screen."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "chromium is missing: apt install chromium"
    return playwright.chromium.launch(executable_path=path, args=ARGS)


def demo_of_all(places: pytest.TempPathFactory) -> Path:
    """A data folder with the demo, made by the first process of this run that asks for it; the
    others wait. Each works on a copy."""
    own = places.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = Workspace(shared / "demo", SHANGJI_DEMO="1")
        if not (shared / "demo.made").exists():
            for words in (["migrate"], ["demo", "--once"]):
                done = made.command(*words)
                assert done.returncode == 0, done.stdout + done.stderr
            (shared / "demo.made").touch()
    return made.folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server | Running]:
    if "JOURNEYS_AT" in os.environ:  # a server that runs already, while writing a test
        yield Running(os.environ["JOURNEYS_AT"])
        return
    assert DIST.exists(), "the front end is not built: make run, or npm run build"
    folder = tmp_path_factory.mktemp("journeys") / "data"
    shutil.copytree(demo_of_all(tmp_path_factory), folder)
    workspace = Workspace(folder, SHANGJI_DEMO="1")
    found = Server(workspace, "--with-worker", "--prepare")
    found.wait(240)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


class Visitor:
    """A person at a browser; every fault the browser reports is kept."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.faults: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on(
            "response",
            lambda answer: (
                answer.status >= 500 and self.faults.append(f"{answer.status} {answer.url}")
            ),
        )

    def _console(self, message: ConsoleMessage) -> None:
        told = message.text
        expected = "status of 422" in told or "status of 409" in told  # the browser's own remark
        if message.type in ("error", "warning") and not expected:
            self.faults.append(f"{self.page.url}: {told}")

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, role: str) -> "Visitor":
        """By the button of the demo."""
        self.open("/account/login/")
        with self.page.expect_navigation():
            self.page.locator(f'form[action$="/demo/{role}/"] button').click()
        return self

    def toast(self, text: str = "") -> Any:
        return self.page.locator("sj-toast .toast", has_text=text).first


@pytest.fixture
def visit(browser: Browser, server: Server | Running) -> Iterator[Callable[..., Visitor]]:
    """`visit("zh-CN", width=390)`; when the test ends no page may have reported a fault."""
    visitors: list[Visitor] = []

    def visitor(
        locale: str = "en-US", width: int = 1440, height: int = 900, dark: bool = False, **more: Any
    ) -> Visitor:
        context = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            **more,
        )
        language = "zh-hans" if locale.startswith("zh") else "en"
        context.add_cookies([{"name": "sj_language", "value": language, "url": server.url}])
        visitors.append(Visitor(context, server.url))
        return visitors[-1]

    yield visitor
    for one in visitors:
        one.context.close()
    assert [fault for one in visitors for fault in one.faults] == []
