"""Who tries keys gets slower, is logged, and keeps nobody out (AUTH-5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from shangji.foundation.access.actor import Actor
from shangji.foundation.people import wrong_keys
from shangji.foundation.people.actions.tokens import revoke_token
from shangji.foundation.people.models import User
from tests.api.client import Program, program

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.4"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def from_(address: str, api: Program) -> Program:
    api.client.defaults["REMOTE_ADDR"] = address
    return api


def guess(times: int, address: str = HERE) -> list[int]:
    return [
        from_(address, Program(f"sjt_wrong{n}")).get("accounts").status_code for n in range(times)
    ]


def later(monkeypatch: Any, **spent: int) -> None:
    """The moment some time after, for all that ask the clock."""
    moment = timezone.now() + timedelta(**spent)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_tenth_wrong_key_makes_its_address_wait() -> None:
    assert guess(12) == [401] * 9 + [429] * 3
    refused = from_(HERE, Program("sjt_wrong")).get("accounts")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.data["code"] == "wrong_keys" and refused.data["remedy"]
    assert guess(1, ELSEWHERE) == [401]
    # what is tried meanwhile is not even looked at
    assert AccessAttempt.objects.get(username__contains=HERE).failures_since_start == 10


def test_each_further_one_doubles_the_wait(monkeypatch: Any) -> None:
    guess(10)
    later(monkeypatch, seconds=61)
    refused = from_(HERE, Program("sjt_again")).get("accounts")
    assert 60 < int(refused.headers["Retry-After"]) <= 120
    later(monkeypatch, minutes=31)
    assert guess(1) == [401]


def test_it_is_logged_without_the_key(caplog: Any, capsys: Any) -> None:
    guess(1)
    told = caplog.text + "".join(capsys.readouterr())
    assert "wrong key" in told and HERE in told
    assert "sjt_wrong0" not in told


def test_who_has_a_key_is_not_kept_out(alice: User, now: datetime, monkeypatch: Any) -> None:
    known, new = from_(HERE, program(alice, now)), from_(HERE, program(alice, now))
    assert known.get("accounts").status_code == 200
    guess(10)
    assert known.get("accounts").status_code == 200
    assert new.get("accounts").status_code == 429
    assert from_(ELSEWHERE, new).get("accounts").status_code == 200
    later(monkeypatch, seconds=61)
    assert from_(HERE, new).get("accounts").status_code == 200


def test_a_process_that_did_not_see_them_counts_on(monkeypatch: Any) -> None:
    guess(10)
    wrong_keys.forget()
    assert guess(1) == [429]


def test_an_ended_key_is_a_program_that_nobody_told(alice: User, now: datetime) -> None:
    ended = from_(HERE, program(alice, now))
    revoke_token(actor=Actor(alice), token=ended.token, now=now)
    assert {ended.get("accounts").status_code for _ in range(15)} == {401}
    assert not AccessAttempt.objects.exists()


def test_wrong_keys_keep_nobody_from_signing_in(client: Any, alice: User) -> None:
    guess(10)
    alice.set_password("right horse battery")
    alice.save()
    form = {"login": alice.email, "password": "right horse battery"}
    assert client.post("/account/login/", form, REMOTE_ADDR=HERE).status_code == 302
