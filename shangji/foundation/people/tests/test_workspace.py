"""The workspace: defaults, day, calendar, rates; and the actions that change them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.people.actions.workspace import (
    delete_calendar_day,
    delete_rate,
    edit_calendar,
    edit_workspace,
    set_calendar_day,
    set_rate,
)
from shangji.foundation.workspace.models import ExchangeRate, Workspace
from shangji.foundation.workspace.queries import (
    currencies_in_use,
    current_workspace,
    rates_on,
    today,
    working_calendar,
    zone,
)
from shangji.foundation.workspace.year import year_view
from shangji.lib.errors import Conflict, Forbidden, Invalid


def test_it_makes_itself_when_it_is_missing(db):
    assert not Workspace.objects.exists()
    row = current_workspace()
    assert (row.pk, row.currency, row.country) == (1, "CNY", "CN")
    assert row.working_weekdays == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "day"),
    [("Asia/Shanghai", date(2026, 11, 24)), ("America/New_York", date(2026, 11, 23)),
     ("No/Where", date(2026, 11, 24)), ("", date(2026, 11, 24))],
)  # fmt: skip
def test_it_knows_which_day_it_is_for_a_person(alice, name, day):
    alice.time_zone = name
    assert today(alice, now=datetime(2026, 11, 23, 18, 0, tzinfo=UTC)) == day
    assert str(zone()) == "Asia/Shanghai"


def test_it_takes_the_latest_rate_up_to_a_day(dana, now):
    for currency, on, rate in (
        ("USD", date(2026, 1, 1), "7.05"),
        ("USD", date(2026, 7, 1), "7.12"),
        ("EUR", date(2026, 7, 1), "8.20"),
    ):
        set_rate(actor=Actor(dana), currency=currency, on=on, rate=Decimal(rate), now=now)
    assert {(r.source, r.rate) for r in rates_on(date(2026, 6, 30))} == {("USD", Decimal("7.05"))}
    assert {(r.source, r.rate) for r in rates_on(date(2026, 7, 1))} == {
        ("USD", Decimal("7.12")),
        ("EUR", Decimal("8.20")),
    }
    assert rates_on(date(2025, 12, 31)) == ()
    assert currencies_in_use() == ["CNY", "EUR", "USD"]


def test_it_keeps_rates_true_when_the_currency_changes(dana, now):
    set_rate(actor=Actor(dana), currency="USD", on=date(2026, 1, 1), rate=Decimal(7), now=now)
    row = current_workspace()
    edit_workspace(
        actor=Actor(dana), name="A", currency="usd", time_zone="Asia/Shanghai", country="",
        language="en", version=row.version, now=now,
    )  # fmt: skip
    assert rates_on(date(2026, 6, 1)) == ()
    assert len(rates_on(date(2026, 6, 1), "CNY")) == 1


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity"])
def test_it_refuses_a_rate_that_is_none(dana, now, rate):
    with pytest.raises(Invalid):
        set_rate(
            actor=Actor(dana), currency="USD", on=date(2026, 1, 1), rate=Decimal(rate), now=now
        )


@pytest.mark.parametrize("currency", ["CNY", "XXQ", ""])
def test_it_refuses_a_currency_that_is_none_or_the_own(dana, now, currency):
    with pytest.raises(Invalid):
        set_rate(
            actor=Actor(dana), currency=currency, on=date(2026, 1, 1), rate=Decimal(1), now=now
        )


def test_it_counts_own_days_over_public_holidays(dana, now):
    assert not working_calendar().is_working_day(date(2026, 10, 1))
    set_calendar_day(actor=Actor(dana), on=date(2026, 10, 1), is_working=True, note="展会", now=now)
    assert working_calendar().is_working_day(date(2026, 10, 1))
    delete_calendar_day(actor=Actor(dana), on=date(2026, 10, 1), now=now)
    assert not working_calendar().is_working_day(date(2026, 10, 1))


def test_it_changes_weekdays_and_hours(dana, now):
    row = current_workspace()
    edit_calendar(
        actor=Actor(dana), weekdays=[0, 1, 2, 3, 4, 5], hours=[("08:30", "17:30")],
        version=row.version, now=now,
    )  # fmt: skip
    calendar = working_calendar()
    assert calendar.is_working_day(date(2026, 11, 21))
    assert str(calendar.hours[0][0]) == "08:30:00"


@pytest.mark.parametrize(
    ("weekdays", "hours"),
    [([], [("09:00", "18:00")]), ([0], []), ([0], [("18:00", "09:00")]), ([0], [("nine", "ten")]),
     ([9], [("09:00", "18:00")]), ([0], [("09:00", "13:00"), ("12:00", "18:00")])],
)  # fmt: skip
def test_it_refuses_a_calendar_that_makes_no_sense(dana, now, weekdays, hours):
    with pytest.raises(Invalid):
        edit_calendar(actor=Actor(dana), weekdays=weekdays, hours=hours, version=None, now=now)


def test_it_survives_a_broken_stored_calendar(db):
    current_workspace()
    Workspace.objects.update(working_hours=[["x"]], working_weekdays=[99], time_zone="No/Where")
    assert working_calendar().is_working_day(date(2026, 11, 23))


def test_it_refuses_two_admins_at_once(sign_in, dana):
    client = sign_in(dana)
    row = current_workspace()
    form = {"name": "A", "currency": "CNY", "time_zone": "Asia/Shanghai", "country": "CN",
            "language": "en", "version": row.version}  # fmt: skip
    assert client.post(reverse("people:workspace"), form).status_code == 302
    page = client.post(reverse("people:workspace"), {**form, "name": "B"})
    assert page.status_code == 409
    assert current_workspace().name == "A"
    form["version"] = page.context["form"]["version"].value()
    assert client.post(reverse("people:workspace"), {**form, "name": "B"}).status_code == 302


def test_it_writes_every_change_down(dana, now):
    row = current_workspace()
    edit_workspace(
        actor=Actor(dana), name="New", currency="CNY", time_zone="Asia/Shanghai", country="CN",
        language=row.language, version=row.version, now=now,
    )  # fmt: skip
    rate = set_rate(
        actor=Actor(dana), currency="USD", on=date(2026, 1, 1), rate=Decimal(7), now=now
    )
    delete_rate(actor=Actor(dana), rate=rate, now=now)
    assert not ExchangeRate.objects.exists()
    fields = [c.fields for c in Change.objects.filter(record_type="workspace").order_by("pk")]
    assert fields[0] == {"name": ["Shangji", "New"]}
    assert [list(each) for each in fields[1:]] == [["USD 2026-01-01"]] * 2


def test_it_is_changed_by_admins_only(alice, mei, vera, now):
    for user in (alice, mei, vera):
        with pytest.raises(Forbidden):
            set_rate(
                actor=Actor(user), currency="USD", on=date(2026, 1, 1), rate=Decimal(7), now=now
            )


def test_it_refuses_an_old_calendar(dana, now):
    row = current_workspace()
    change = {"weekdays": [0], "hours": [("09:00", "18:00")], "version": row.version}
    edit_calendar(actor=Actor(dana), now=now, **change)
    with pytest.raises(Conflict):
        edit_calendar(actor=Actor(dana), now=now, **change)


def test_it_draws_the_year_with_make_up_days(db):
    months = year_view(working_calendar(), 2026, date(2026, 11, 23))
    kinds = {mark.on: mark.kind for month in months for week in month.weeks for mark in week
             if mark.on.month == month.first.month}  # fmt: skip
    assert len(kinds) == 365
    assert kinds[date(2026, 10, 1)] == "holiday"
    assert kinds[date(2026, 10, 10)] == "makeup"
    assert kinds[date(2026, 11, 22)] == "rest"
    assert kinds[date(2026, 11, 23)] == "work"


def test_it_says_which_years_are_not_known(sign_in, dana):
    page = sign_in(dana).get(f"{reverse('people:calendar')}?year=2099")
    assert page.status_code == 200
    assert page.context["known"] is False
    assert sign_in(dana).get(f"{reverse('people:calendar')}?year=x").context["year"] == today().year


def test_it_saves_what_the_calendar_page_shows(sign_in, dana):
    client: Client = sign_in(dana)
    form = client.get(reverse("people:calendar")).context["calendar_form"]
    sent = {name: form[name].value() for name in form.fields}
    assert sent["weekdays"] == [0, 1, 2, 3, 4]
    assert client.post(reverse("people:calendar"), sent).status_code == 302
    assert current_workspace().working_hours == [["09:00", "12:00"], ["13:30", "18:00"]]


def test_top_bar_and_profile_write_the_same_preferences(sign_in, alice):
    client = sign_in(alice)
    client.post("/theme/", {"theme": "dark"})
    client.post("/language/", {"language": "zh-hans"})
    alice.refresh_from_db()
    assert (alice.theme, alice.language) == ("dark", "zh-hans")
    form = {"language": "", "theme": "light", "density": "roomy", "single_keys": "on"}
    assert client.post(reverse("people:looks"), form).status_code == 302
    alice.refresh_from_db()
    looks = (alice.language, alice.theme, alice.density, alice.single_keys)
    assert looks == ("", "light", "roomy", True)
    assert client.post(reverse("people:looks"), {**form, "theme": "pink"}).status_code == 400
    actions = Operation.objects.filter(actor=alice).values_list("action", flat=True)
    assert set(actions) == {"profile.preference"}
