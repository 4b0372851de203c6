"""The search page and the palette's options."""

import pytest

from shangji.foundation.audit.recorder import operation
from shangji.foundation.search.actions import remember_visit
from shangji.foundation.tests.things import Thing

pytestmark = pytest.mark.django_db


@pytest.fixture
def thing(alice, actor, now) -> Thing:
    with operation(actor(alice), "thing.create", now=now) as op:
        return op.created(Thing(owner=alice, name="华辰 <img src=x>", note="note"))


def test_it_shows_hits_by_type(thing, alice, bob, sign_in, client) -> None:
    page = sign_in(alice).get("/search/?q=huachen").text
    assert "华辰 &lt;img src=x&gt;" in page
    assert "<img src=x" not in page
    assert f'href="/things/{thing.pk}/"' in page
    assert "华辰 &lt;img" in sign_in(alice).get("/search/?q=huachen&type=thing").text
    assert "华辰" not in sign_in(bob).get("/search/?q=huachen").text
    assert client.get("/search/?q=huachen").status_code == 302


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%00", "q=%ed%a0%80", "q=" + "(" * 10_000, 'q="&type=x"', "q=a&type=" + "x" * 999],
)
@pytest.mark.parametrize("place", ["/search/", "/search/suggest"])
def test_it_answers_anything(thing, alice, sign_in, place: str, query: str) -> None:
    assert sign_in(alice).get(f"{place}?{query}").status_code == 200


def test_the_palette_gets_options(thing, alice, bob, sign_in) -> None:
    fragment = sign_in(alice).get("/search/suggest?q=hc").text

    assert '<section><h3>Things</h3><ul><li><a role="option"' in fragment
    assert "<html" not in fragment
    assert "option" not in sign_in(bob).get("/search/suggest?q=hc").text


def test_an_empty_box_offers_what_was_open_last(thing, alice, actor, now, sign_in) -> None:
    assert "option" not in sign_in(alice).get("/search/suggest").text
    remember_visit(actor=actor(alice), record_type="thing", record_id=thing.pk, now=now)

    assert 'role="option"' in sign_in(alice).get("/search/suggest").text


def test_it_says_which_words_it_shows_results_for(alice, bob, actor, now, sign_in) -> None:
    with operation(actor(alice), "thing.create", now=now) as op:
        op.created(Thing(owner=alice, name="Falcon drive"))
        op.created(Thing(owner=alice, name="Falcno <b>"))
        op.created(Thing(owner=alice, name="Nightingale"))
    page, options = "/search/?q=flacon", "/search/suggest?q=flacon"
    shown = sign_in(alice).get(page).text
    assert "Nothing found for “flacon”. Showing results for “falcon”." in shown
    assert "Falcon drive" in shown and "?q=falcon&amp;type=thing" in shown
    assert "Showing results for “falcon”" in sign_in(alice).get(options).text
    # exact hits stand first
    both = sign_in(alice).get("/search/?q=falcno").text
    assert -1 < both.index("Falcno &lt;b&gt;") < both.index("Showing results for “falcon”")
    assert both.index("Showing results for “falcon”") < both.index("Falcon drive")
    # what is found as it was typed is not said to be missing, though it looks like a slip
    beginning = sign_in(alice).get("/search/?q=nightingal").text
    assert "Nightingale" in beginning and "Showing results" not in beginning
    assert "alcon" not in sign_in(bob).get(options).text
    assert "falcon" not in sign_in(bob).get(page).text
