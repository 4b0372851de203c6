"""What a process remembers for seconds: young from memory, old anew, nothing of a transaction."""

import itertools

import pytest
from django.db import transaction

from shangji.foundation.workspace import memory
from shangji.foundation.workspace.memory import Memory, forget_all


def test_a_value_is_made_once_until_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now, numbers = 100.0, itertools.count()
    monkeypatch.setattr(memory, "clock", lambda: now)
    kept: Memory[int] = Memory(2.0, in_transactions=True)
    assert [kept.get(lambda: next(numbers)) for _n in range(3)] == [0, 0, 0]
    now = 102.0
    assert kept.get(lambda: next(numbers)) == 0
    now = 102.1
    assert kept.get(lambda: next(numbers)) == 1


def test_keys_are_apart_and_all_of_them_are_forgotten() -> None:
    kept: Memory[str] = Memory(2.0, in_transactions=True)
    assert kept.get(lambda: "a", 1) == "a" and kept.get(lambda: "b", 2) == "b"
    assert kept.get(lambda: "c", 1) == "a" and kept.get(lambda: "c", 2) == "b"
    kept.forget()
    assert kept.get(lambda: "c", 1) == "c"
    forget_all()
    assert kept.get(lambda: "d", 1) == "d"


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_saw_is_not_kept() -> None:
    kept: Memory[int] = Memory(2.0)
    numbers = itertools.count()
    with transaction.atomic():
        assert [kept.get(lambda: next(numbers)) for _n in range(2)] == [0, 1]
    assert [kept.get(lambda: next(numbers)) for _n in range(2)] == [2, 2]
    with transaction.atomic():
        assert kept.get(lambda: next(numbers)) == 2  # known before it began
