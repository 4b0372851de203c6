"""The calendar of any type by any date: days of the reader, bounded rows, a change of day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.audit.models import Operation
from shangji.lib.dates import DateRange
from shangji.records.description import describe
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.calendar import SHOWN, read_by
from shangji.records.listing.date_fields import date_fields, place_of_day
from shangji.records.listing.days import around, read_day, span_of, split

NOVEMBER = "/opportunities/?view=all&shape=calendar&by=expected_close_on&on=2026-11-10"


@pytest.mark.parametrize(
    ("unit", "on", "first", "last"),
    [
        ("month", "2026-11-26", "2026-10-26", "2026-12-06"),
        ("month", "2027-02-01", "2027-02-01", "2027-02-28"),
        ("week", "2026-11-29", "2026-11-23", "2026-11-29"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03"),
    ],
)
def test_it_shows_whole_weeks_from_monday(unit: str, on: str, first: str, last: str) -> None:
    found = span_of(unit, date.fromisoformat(on))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_it_leafs_by_months_and_weeks() -> None:
    assert around("month", date(2026, 1, 31)) == (date(2025, 12, 1), date(2026, 2, 1))
    assert around("week", date(2026, 11, 26)) == (date(2026, 11, 19), date(2026, 12, 3))


@pytest.mark.parametrize("text", ["", "x", "0001-01-01", "9999-12-31", "2026-13-01", "2026-11"])
def test_it_stands_at_today_for_what_is_no_day(text: str) -> None:
    assert read_day(text, date(2026, 11, 26)) == date(2026, 11, 26)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (4, 4), (5, 5), (6, 4), (900, 4)])
def test_it_leaves_more_than_one_or_none(count: int, shown: int) -> None:
    assert split(count, 4) == shown


def test_it_offers_the_dates_a_reader_may_know_of(alice: Any, actor: Any) -> None:
    keys = {one.key for one in date_fields(describe("opportunity"), actor(alice))}
    assert {"expected_close_on", "next_step_on", "last_contact_at"} <= keys


@pytest.mark.parametrize("by", ["name", "owner", "expected_close_on.year", "nothing"])
def test_it_refuses_what_is_no_date(by: str, alice: Any, sign_in: Any) -> None:
    answer = sign_in(alice).get(f"/opportunities/?{urlencode({'shape': 'calendar', 'by': by})}")
    assert answer.status_code == 400


def test_it_asks_as_many_queries_for_more_rows_and_says_what_is_left(
    alice: Any, charlie: Any, sign_in: Any
) -> None:
    client = sign_in(alice)
    make_opportunity(alice, expected_close_on=None)
    make_opportunity(charlie, name="Not hers", expected_close_on=date(2026, 11, 12))
    counts = []
    for number in (1, 12):
        for place in range(number):
            make_opportunity(alice, name=f"Deal {place}", expected_close_on=date(2026, 11, 12))
        make_opportunity(alice, expected_close_on=date(2026, 11, 13))
        client.get(NOVEMBER)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(NOVEMBER).content.decode()
        counts.append(len([one for one in asked if "workspace_" not in one["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 14
    assert page.count('class="cal-entry"') == SHOWN + 2
    assert "9 more" in page
    assert "15 entries" in page
    assert "1 without Expected close" in page
    assert "f=expected_close_on.from.2026-11-12&amp;f=expected_close_on.to.2026-11-12" in page
    assert "Not hers" not in page


def test_it_puts_an_instant_on_the_day_of_the_readers_zone(
    alice: Any, actor: Any, sign_in: Any
) -> None:
    alice.time_zone = "Pacific/Auckland"
    alice.save()
    deal = make_opportunity(alice)
    late = datetime(2026, 11, 10, 12, 30, tzinfo=UTC)
    type(deal).objects.filter(pk=deal.pk).update(last_contact_at=late)
    page = sign_in(alice).get(
        "/opportunities/?shape=calendar&by=last_contact_at.week&on=2026-11-11"
    )
    before, _mark, after = page.content.decode().partition(f'data-id="{deal.pk}"')
    assert before.rpartition('data-day="')[2].startswith("2026-11-11")
    assert "01:30" in after.partition("</li>")[0]


def test_it_parts_instants_by_the_days_of_a_zone_that_changes_its_clock(
    alice: Any, actor: Any, now: Any
) -> None:
    with timezone.override("Europe/Berlin"):
        zone = FormatContext.of(actor(alice), now).zone
    one, _unit = read_by(describe("opportunity"), actor(alice), "last_contact_at")
    model: Any = describe("opportunity").model
    for hour in range(0, 50, 5):
        deal = make_opportunity(alice)
        at = datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(hours=hour)
        model.objects.filter(pk=deal.pk).update(last_contact_at=at)
    days = DateRange(date(2026, 10, 25), date(2026, 10, 27))
    found = model.objects.annotate(place=place_of_day(one, days, zone))
    for place, at in found.values_list("place", "last_contact_at"):
        day = at.astimezone(zone).date()
        assert place == min(max((day - days.start).days, 0), len(days) - 1)


def test_it_changes_the_day_by_the_edit_in_place_with_undo(
    alice: Any, bob: Any, sign_in: Any
) -> None:
    deal = make_opportunity(alice, name="Press", expected_close_on=date(2026, 11, 12))
    client = sign_in(alice)
    entry = client.get(NOVEMBER).content.decode().partition(f'data-id="{deal.pk}"')[2]
    url = entry.partition('data-url="')[2].partition('"')[0]
    answer = client.post(url, {"value": "2026-11-20", "version": deal.version})
    assert answer.status_code == 200
    deal.refresh_from_db()
    assert deal.expected_close_on == date(2026, 11, 20)
    client.post(f"/operations/{Operation.objects.latest('pk').pk}/undo/")
    deal.refresh_from_db()
    assert deal.expected_close_on == date(2026, 11, 12)
    # whoever may not edit finds it where it is, and nothing to carry
    page = sign_in(bob).get(NOVEMBER).content.decode()
    assert "Press" not in page or 'data-url=""' in page.partition(f'data-id="{deal.pk}"')[2]
