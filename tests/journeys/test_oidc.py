"""By the company's sign-in, in a real browser, with the settings as an administrator gives them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Visitor
from tests.oidc.provider import CLIENT, SECRET, Provider
from tests.server import MAIL, Server, Workspace

pytestmark = pytest.mark.browser


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    yield found
    found.stop()


def test_the_browser_goes_there_and_comes_back_signed_in(
    browser: Browser, provider: Provider, tmp_path: Path
) -> None:
    workspace = Workspace(
        tmp_path / "data",
        SHANGJI_OIDC_NAME="Company ID",
        SHANGJI_OIDC_SERVER=provider.url,
        SHANGJI_OIDC_CLIENT_ID=CLIENT,
        SHANGJI_OIDC_SECRET=SECRET,
    )
    workspace.start_workspace()
    provider.person = {"sub": "d-1", "email": MAIL, "email_verified": True, "name": "Dana"}
    server = Server(workspace).wait()
    try:
        context = browser.new_context(locale="en-US")
        visitor = Visitor(context, server.url)
        page = visitor.open("/profile/")
        page.get_by_role("button", name="Sign in with Company ID").click()
        expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
        assert page.url == f"{server.url}/profile/"
        context.close()
        assert visitor.faults == []
    finally:
        server.stop()
    assert provider.calls.index("/authorize") < provider.calls.index("/token")
