"""Idempotency-Key (HOOK-4) and the limit of requests."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from shangji.core.accounts.models import Account
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.models import Operation
from shangji.foundation.people import limits
from shangji.foundation.people.models import User
from shangji.records.actions.answers import forget_answers
from shangji.records.api.models import StoredAnswer
from tests.api.client import Program, program


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    limits.forget()
    yield
    limits.forget()


@pytest.mark.django_db
def test_the_same_request_twice_has_one_effect(alice: User, now: datetime) -> None:
    api = program(alice, now)
    first = api.post("accounts", {"name": "A"}, **{"Idempotency-Key": "k1"})
    again = api.post("accounts", {"name": "A"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content and again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Operation"] == first.headers["Operation"]
    made = f"/api/v1/accounts/{first.data['id']}"
    assert first.headers["Location"] == again.headers["Location"] == made
    assert Account.objects.count() == 1
    api.post("accounts", {"name": "A"}, **{"Idempotency-Key": "k2"})
    assert Account.objects.count() == 2


@pytest.mark.django_db
def test_another_request_with_the_same_key_is_refused(alice: User, now: datetime) -> None:
    api = program(alice, now)
    api.post("accounts", {"name": "A"}, **{"Idempotency-Key": "k1"})
    for answer in (
        api.post("accounts", {"name": "B"}, **{"Idempotency-Key": "k1"}),
        api.post("contacts", {"name": "A"}, **{"Idempotency-Key": "k1"}),
    ):
        assert answer.status_code == 422
        assert answer.data["errors"][0]["field"] == "Idempotency-Key"
    assert Account.objects.count() == 1
    for key in ("", "é", "k" * 201, "a\tb"):
        assert api.post("accounts", {"name": "A"}, **{"Idempotency-Key": key}).status_code == 422


@pytest.mark.django_db
def test_keys_are_each_persons_own(alice: User, bob: User, now: datetime) -> None:
    for person in (alice, bob):
        answer = program(person, now).post("accounts", {"name": "A"}, **{"Idempotency-Key": "k"})
        assert answer.status_code == 201 and "Idempotent-Replayed" not in answer.headers
    assert Account.objects.count() == 2


@pytest.mark.django_db
def test_a_refusal_is_not_kept(alice: User, now: datetime) -> None:
    api = program(alice, now)
    assert api.post("accounts", {"name": ""}, **{"Idempotency-Key": "k"}).status_code == 422
    assert not StoredAnswer.objects.exists()
    assert api.post("accounts", {"name": "A"}, **{"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.django_db
def test_answers_are_kept_for_two_days(alice: User, now: datetime) -> None:
    api = program(alice, now)
    api.post("accounts", {"name": "A"}, **{"Idempotency-Key": "k"})
    assert forget_answers(now=now + timedelta(hours=47)) == 0
    assert forget_answers(now=now + timedelta(hours=49)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_runs(alice: User, now: datetime) -> None:
    api = program(alice, now)
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(
                Program(api.key).post("accounts", {"name": "A"}, **{"Idempotency-Key": "k"})
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert Account.objects.count() == 1
    assert Operation.objects.filter(action="account.create").count() == 1


@pytest.mark.django_db
def test_too_many_requests_are_told_when_to_come_again(
    alice: User, bob: User, now: datetime, settings: Any
) -> None:
    settings.API_LIMIT = 6
    api = program(alice, now)
    left = []
    for _number in range(6):
        answer = api.get("accounts")
        left.append(int(answer.headers["RateLimit-Remaining"]))
        assert answer.status_code == 200 and answer.headers["RateLimit-Limit"] == "6"
    assert left == [5, 4, 3, 2, 1, 0]
    refused = api.post("accounts", {"name": "A"})
    assert refused.status_code == 429 and refused.data["code"] == "rate_limit"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert not Account.objects.exists()
    assert program(alice, now).get("accounts").status_code == 429
    assert program(bob, now).get("accounts").status_code == 200


@pytest.mark.django_db
def test_the_limit_holds_over_processes(alice: User, now: datetime, settings: Any) -> None:
    settings.API_LIMIT = 60
    taken = 0
    for _process in range(40):
        limits.forget()  # a process that knows nothing of the others
        for _request in range(2):
            try:
                limits.take(alice.pk, now)
            except limits.TooMany:
                continue
            taken += 1
    assert 30 <= taken <= 60
    limits.forget()
    assert limits.take(alice.pk, now + timedelta(seconds=61)) is not None


@pytest.mark.django_db
def test_a_kept_answer_of_a_move_moves_once(alice: User, now: datetime) -> None:
    api = program(alice, now)
    record = make_opportunity(alice)
    body = {"next_step": "Call", "next_step_on": "2026-12-01"}
    path = f"opportunities/{record.pk}/next-step"
    first = api.post(path, body, **{"Idempotency-Key": "k"})
    again = api.post(path, body, **{"Idempotency-Key": "k"})
    assert json.loads(first.content) == json.loads(again.content)
    assert Opportunity.objects.get().version == record.version + 1
