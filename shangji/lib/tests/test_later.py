"""Pages and addresses that are loaded when somebody asks for them."""

import sys
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import clear_url_caches, include, path, resolve, reverse

from shangji.lib.later import Later, later


@pytest.fixture
def rare(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of one page, to be imported by name."""
    module = ModuleType("rare_pages")
    module.page = lambda request, pk: HttpResponse(f"page {pk}")  # type: ignore[attr-defined]
    module.urlpatterns = [path("<int:pk>/", module.page, name="page")]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rare_pages", module)
    return module


def test_a_page_is_found_by_its_name(rare: ModuleType) -> None:
    request = RequestFactory().get("/")
    assert later("rare_pages.page")(request, pk=4).content == b"page 4"


def test_only_a_public_page_is_open() -> None:
    assert getattr(later("rare_pages.page"), "login_required", True) is True
    assert later("rare_pages.page", public=True).login_required is False  # type: ignore[attr-defined]


def test_addresses_of_a_namespace_wait_until_one_is_asked_for(rare: ModuleType) -> None:
    waiting = Later("rare/", "rare_pages", "rare")
    root = ModuleType("root_urls")
    root.urlpatterns = [  # type: ignore[attr-defined]
        path("", include([path("other/", rare.page, name="other")])),
        waiting,
    ]
    try:
        with override_settings(ROOT_URLCONF=root):
            clear_url_caches()
            assert reverse("other") == "/other/"
            assert "url_patterns" not in waiting.__dict__
            assert reverse("rare:page", kwargs={"pk": 4}) == "/rare/4/"
            assert resolve("/rare/4/").view_name == "rare:page"
    finally:
        clear_url_caches()
