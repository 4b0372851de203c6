"""The page of notices and the bell."""

import pytest

from shangji.foundation.notices.actions import mark_all_read, notify
from shangji.foundation.notices.queries import unread_count

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(alice, now):
    return notify(
        user_ids=[alice.pk],
        kind="test",
        title="%(name)s is yours now",
        params={"name": "<b>MES</b>"},
        url="/search/",
        now=now,
    )[0]


def test_it_lists_own_notices_as_text(notice, alice, bob, sign_in, client) -> None:
    page = sign_in(alice).get("/notices/").text
    assert "&lt;b&gt;MES&lt;/b&gt; is yours now" in page
    assert "<b>MES</b> is" not in page
    for place in ("/notices/", "/notices/?unread=1&page=7", "/notices/menu/"):
        assert sign_in(alice).get(place).status_code == 200
        assert "MES&lt;" not in sign_in(bob).get(place).text
    assert client.get("/notices/").status_code == 302


def test_opening_reads_it_and_goes_there(notice, alice, bob, sign_in) -> None:
    url = f"/notices/{notice.pk}/open/"
    assert sign_in(alice).get(url).status_code == 405
    assert sign_in(bob).post(url).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None

    assert sign_in(alice).post(url)["Location"] == "/search/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_all_are_read_by_one_button(notice, alice, sign_in) -> None:
    client = sign_in(alice)
    assert "Mark all as read" in client.get("/notices/").text

    assert client.get("/notices/read-all/").status_code == 405
    assert client.post("/notices/read-all/").status_code == 302

    assert "Mark all as read" not in client.get("/notices/").text


def test_the_page_does_not_ask_more_for_more(
    notice, alice, now, sign_in, django_assert_max_num_queries
) -> None:
    for number in range(40):
        notify(user_ids=[alice.pk], kind="x", title=f"N {number}", now=now)
    client = sign_in(alice)
    client.get("/notices/")

    with django_assert_max_num_queries(14):
        client.get("/notices/")


def test_it_counts_no_notice_that_was_read_meanwhile(sign_in, alice, now) -> None:
    notify(user_ids=[alice.pk], kind="mention", title="Hello", now=now)
    client = sign_in(alice)
    client.get("/notices/")
    reader = client.get("/notices/").wsgi_request.actor  # counted with the person by now
    assert unread_count(reader) == 1
    mark_all_read(actor=reader, now=now)
    assert unread_count(reader) == 0
