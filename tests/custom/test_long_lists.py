"""Every shape of a list over a long table answers in time, or goes on in the background."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from shangji.core.accounts.factories import make_account
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.context import JobCancelled
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import today
from shangji.records.description import describe
from shangji.records.listing import notes, patience, quick
from shangji.records.listing.answers import work_out
from shangji.records.listing.in_order import ids_in_order
from shangji.records.listing.query import ListQuery
from tests.api.client import program

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]
LIST = "/opportunities/?view=all&f=name.has.Deal"


@pytest.fixture
def deals(alice: User, now: datetime) -> list[Opportunity]:
    day = today(now=now)
    return [
        make_opportunity(alice, name=f"Deal {n}", amount=n or None, expected_close_on=day)
        for n in range(3)
    ]


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Tables are long, and their time is over before it begins."""
    with monkeypatch.context() as patch:
        patch.setattr(quick, "LONG", 0)
        patch.setattr(patience, "SECONDS", -1)
        patch.setattr(patience, "_STEPS", 1)
        yield patch


@pytest.mark.parametrize(
    "shown",
    [
        "&sort=amount",
        "&group=owner&sort=-amount",
        "&group=expected_close_on.month",
        "&shape=board&by=kind",
        "&shape=board&by=expected_close_on.month",
        "&shape=calendar&by=expected_close_on",
        "&shape=timeline&by=expected_close_on",
        "&shape=timeline&by=expected_close_on&group=owner",
    ],
)
def test_each_shape_goes_on_in_the_background_and_shows_its_answer(
    deals: list[Opportunity],
    alice: User,
    sign_in: SignIn,
    no_time: pytest.MonkeyPatch,
    shown: str,
) -> None:
    browser, ask = sign_in(alice), LIST.replace("/?", "/answer/?") + shown
    assert reverse("records:list_answer", args=["opportunities"]) in ask
    text = browser.get(LIST + shown).content.decode()
    assert "take longer than two seconds" in text and "Deal 1" not in text
    assert not Job.objects.filter(kind="records.list_answer").exists()
    to = browser.post(ask)["Location"]
    assert "data-running" in browser.get(to).content.decode()
    Job.objects.exclude(kind="records.list_answer").delete()
    run_all_jobs()
    no_time.setattr(patience, "SECONDS", 5)
    make_opportunity(alice, name="Deal 9", expected_close_on=deals[0].expected_close_on)
    Opportunity.objects.filter(pk=deals[2].pk).update(name="Deal renamed")
    text = browser.get(to).content.decode()
    assert "Worked out in the background" in text
    assert "Deal 9" not in text and "Deal renamed" in text and "Deal 1" in text
    assert "3 rows" in text  # in the head: the rows of then


def test_load_1_a_count_of_many_contacts_goes_on_in_the_background_and_stops(
    alice: User, bob: User, sign_in: SignIn, no_time: pytest.MonkeyPatch
) -> None:
    """LOAD-1: `python -m bench.custom` shows it over 1,000,000 records, and its memory."""
    for n in range(3):
        make_contact(alice, name=f"Person {n}")
    browser, url = sign_in(alice), "/contacts/answer/?view=all&f=name.has.Person"
    to = browser.post(url)["Location"]
    job = Job.objects.get(kind="records.list_answer")
    assert 'name="stop"' in browser.get(to).content.decode()
    assert sign_in(bob).post(url, {"stop": str(job.pk)}).status_code == 404
    assert browser.post(url, {"stop": str(job.pk)})["Location"] == to
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    text = browser.get(to).content.decode()
    assert "It was stopped" in text and "data-running" not in text
    assert 'href="/contacts/?view=all&amp;f=name.has.Person"' in text  # asks anew
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    text = browser.get(to).content.decode()
    assert "was not worked out" in text and "Something went wrong" in text
    assert "goes on in the background" not in text and "data-running" not in text

    def stopped() -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):  # one that runs looks between two questions
        work_out(Actor(alice, "job"), job.params, job.created_at, stopped)


def test_a_note_of_what_is_hidden_by_now_is_not_read(
    deals: list[Opportunity], alice: User, actor: AsActor
) -> None:
    kept = notes.Notes()
    query = ListQuery(describe("opportunity"), actor(alice), notes=kept)
    assert query.counted().totals
    query = ListQuery(describe("opportunity"), actor(alice), notes=kept)
    query.__dict__["totals"] = []
    query.counted()
    assert len(kept.kept) == 2


def test_a_board_of_a_phase_leads_to_the_same_columns_in_the_background(
    deals: list[Opportunity], alice: User, sign_in: SignIn, no_time: pytest.MonkeyPatch
) -> None:
    url = reverse("opportunities:phase", args=["identify"])
    text = sign_in(alice).get(f"{url}?f=name.has.Deal").content.decode()
    assert "take longer than two seconds" in text
    asked = "/opportunities/answer/?f=phase.is.identify&amp;f=name.has.Deal&amp;shape=board"
    assert asked in text and "Deal 1" not in text
    assert "take longer" not in sign_in(alice).get(url).content.decode()  # summed up at hand


def test_a_card_is_moved_although_the_columns_cannot_be_counted(
    deals: list[Opportunity], alice: User, sign_in: SignIn, no_time: pytest.MonkeyPatch
) -> None:
    query = f"{LIST.partition('?')[2]}&shape=board&by=forecast"
    url = reverse("records:card_move", args=["opportunities", deals[1].pk])
    given = {"column": "commit", "version": str(deals[1].version)}
    answer = sign_in(alice).post(f"{url}?{query}", given, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "Deal 1" in answer.content.decode()
    deals[1].refresh_from_db()
    assert deals[1].forecast == "commit"


def test_a_program_is_told_what_has_an_index(
    deals: list[Opportunity], alice: User, now: datetime, settings: Any, no_time: pytest.MonkeyPatch
) -> None:
    settings.API_LIMIT = 0
    answer = program(alice, now).get("opportunities?f=name.has.Deal&totals=1")
    assert answer.status_code == 400 and answer.data["code"] == "took_too_long"
    assert "amount" in answer.data["remedy"] and "name" not in answer.data["remedy"]
    no_time.setattr(patience, "SECONDS", 5)
    assert len(program(alice, now).get("opportunities?f=name.has.Deal").data["items"]) == 3


@pytest.mark.parametrize(
    "sort", ["amount", "-amount", "name", "-expected_close_on,-amount", "account", "owner,amount"]
)
def test_a_file_is_written_in_the_order_of_the_list(
    deals: list[Opportunity], alice: User, bob: User, actor: AsActor, sort: str
) -> None:
    names = ["Zeta", "alpha", "中国"]
    for deal, name in zip(deals, names, strict=True):
        Opportunity.objects.filter(pk=deal.pk).update(account=make_account(bob, name=name))
    Opportunity.objects.filter(pk=deals[0].pk).update(amount=F("id") * 1000)
    make_opportunity(alice, name="deal", amount=None)
    query = ListQuery(describe("opportunity"), actor(alice), sort=sort)
    wanted = list(query.ordered(query.base).values_list("pk", flat=True))
    assert list(ids_in_order(query)) == wanted and len(wanted) == 4
