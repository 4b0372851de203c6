"""The frame of every page: what its menus offer to whom."""

import re
from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def create_menu(client: Any) -> list[str]:
    page = client.get("/profile/").content.decode()
    menu = page.partition("top-create")[2]
    return re.findall(r'href="/([a-z-]+)/new/"', menu.partition("</details>")[0])


def test_it_offers_to_create_what_stands_by_itself(sign_in: Any, alice: Any, dana: Any) -> None:
    alone = ["accounts", "contacts", "opportunities", "activities", "markets", "competitors"]
    assert create_menu(sign_in(alice)) == alone
    assert create_menu(sign_in(dana)) == alone  # not one line more for who may create all


def test_it_offers_nothing_to_who_only_reads(sign_in: Any, vera: Any) -> None:
    assert b"top-create" not in sign_in(vera).get("/profile/").content


def test_each_reader_has_a_menu_in_the_language_of_the_page(sign_in: Any, alice: Any) -> None:
    client = sign_in(alice)
    for language, word in (("en", b">Customer</a>"), ("zh-hans", ">客户</a>".encode())) * 2:
        alice.language = language
        alice.save(update_fields=["language"])
        assert word in client.get("/profile/").content
