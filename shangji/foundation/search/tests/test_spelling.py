"""Mistyped words are understood, and tell nothing of what is unseen."""

import pytest

from shangji.foundation.search import spelling, store
from shangji.foundation.search.models import SearchSpelling
from shangji.foundation.search.tests.conftest import add, titles

pytestmark = pytest.mark.django_db

MEANT = {
    "robtics": "robotics",  # one letter left out
    "roboitcs": "robotics",  # two swapped
    "rpbotixs": "robotics",  # two changed
    "obotics": "robotics",  # the first one left out
    "acmme": "acme",
    "acne rovotics": "acme robotics",
    "华辰 mess": None,  # two letters are no slip in a word of four
    "sprimg": "spring",  # a word of the note
    "huachem": "huachen",  # part of a mail address
    "uberweisng": "uberweisung",
    "xyzzy": None,
    "rpbptixs": None,  # three slips
    "acx": None,
    "": None,
}


@pytest.mark.usefixtures("shelf")
def test_a_mistyped_word_is_understood(alice, actor) -> None:
    who = actor(alice)
    assert [text for text in MEANT if titles(who, text)] == []
    found = {text: spelling.meant(text, lambda other: titles(who, other)) for text in MEANT}
    assert {text: one and one[0] for text, one in found.items()} == MEANT


def test_what_was_meant_tells_nothing_of_the_unseen(alice, charlie, actor, now) -> None:
    add(actor(charlie), now, charlie, "Nightingale")
    assert spelling.meant("nightingsle", lambda text: titles(actor(alice), text)) is None
    found = spelling.meant("nightingsle", lambda text: titles(actor(charlie), text))
    assert found == ("nightingale", ["Nightingale"])


def test_words_are_kept_once_and_go_with_their_last_record(
    alice, actor, now, django_assert_max_num_queries
) -> None:
    thing = add(actor(alice), now, alice, "Nightingale")
    kept = SearchSpelling.objects.count()
    other = add(actor(alice), now, alice, "Nightingale two")
    assert SearchSpelling.objects.count() == kept > 7

    store.remove("thing", [thing.pk])
    assert spelling.forget_unused(0) == 0
    assert SearchSpelling.objects.count() == kept
    store.remove("thing", [other.pk])
    spelling.forget_unused(0)
    assert not SearchSpelling.objects.exists()


@pytest.mark.usefixtures("shelf")
def test_traditional_and_simplified_characters_find_each_other(alice, actor, now) -> None:
    add(actor(alice), now, alice, "華辰精密 香港")
    for text in ("華辰精密", "华辰精密", "辰精"):
        assert titles(actor(alice), text) == ["華辰精密 香港", "华辰精密 MES 二期"]
    assert titles(actor(alice), "重慶長安") == ["重庆长安"]
