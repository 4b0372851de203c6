from decimal import Decimal
from typing import ClassVar

import pytest
from django.db import transaction

from shangji.foundation.events import bus
from shangji.foundation.events.bus import Event, publish, subscribe
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.workspace.models import Workspace
from shangji.lib.values import dataclass

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class TeaServed(Event):
    name: ClassVar[str] = "test.tea_served"
    cups: int
    price: Decimal


@pytest.fixture(autouse=True)
def _own_subscribers(monkeypatch):
    monkeypatch.setattr(bus, "_SUBSCRIBERS", {})
    monkeypatch.setattr(bus, "_CLASSES", {})


def _publish(now, cups=2):
    publish([TeaServed(cups=cups, price=Decimal("3.50"))], operation_id=None, now=now)


def test_it_tells_each_subscriber_once(now):
    heard = []
    subscribe(TeaServed, lambda event, at: heard.append(("a", event.cups)), name="a")
    subscribe(TeaServed, lambda event, at: heard.append(("b", event.cups)), name="b")
    _publish(now)
    run_all_jobs()
    run_all_jobs()
    assert sorted(heard) == [("a", 2), ("b", 2)]


def test_it_hands_over_a_whole_event(now):
    heard = []
    subscribe(TeaServed, lambda event, at: heard.append((event, at)), name="a")
    _publish(now)
    run_all_jobs(now=now.replace(year=2027))
    assert heard == [(TeaServed(cups=2, price="3.50"), now.replace(year=2027))]


def test_it_forgets_an_event_whose_transaction_failed(now):
    subscribe(TeaServed, lambda event, at: None, name="a")

    class Oops(Exception):
        pass

    with pytest.raises(Oops), transaction.atomic():
        _publish(now)
        raise Oops
    assert not OutboxEvent.objects.exists() and not Job.objects.exists()


def test_it_repeats_for_the_subscriber_that_failed_only(now):
    Workspace.objects.get_or_create(pk=1)
    calls = []

    def shaky(event, at):
        calls.append("shaky")
        Workspace.objects.update(name="touched")
        if len(calls) == 2:
            raise RuntimeError("first time")
        assert Workspace.objects.filter(name="touched").exists()

    subscribe(TeaServed, lambda event, at: calls.append("calm"), name="calm")
    subscribe(TeaServed, shaky, name="shaky")
    _publish(now)
    run_all_jobs(now=now.replace(year=2027), check=False)
    assert Workspace.objects.get().name != "touched", "effects of a failed delivery are undone"
    run_all_jobs(now=now.replace(year=2028))
    assert sorted(calls) == ["calm", "shaky", "shaky"]
    assert Workspace.objects.get().name == "touched"


def test_it_says_when_nobody_listens_any_more(now, monkeypatch):
    subscribe(TeaServed, lambda event, at: None, name="a")
    _publish(now)
    monkeypatch.setattr(bus, "_SUBSCRIBERS", {})
    run_all_jobs(check=False)
    row = Job.objects.get()
    assert row.state == Job.State.FAILED and "nobody subscribes" in row.error_line


def test_it_publishes_many_in_few_queries(now, django_assert_max_num_queries):
    subscribe(TeaServed, lambda event, at: None, name="a")
    with django_assert_max_num_queries(8):
        publish([TeaServed(cups=n, price=Decimal(1)) for n in range(200)], operation_id=1, now=now)
    assert Job.objects.count() == 200
