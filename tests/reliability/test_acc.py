"""Rights at the moment a thing is done, not when it was asked for."""

from datetime import datetime
from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.jobs.testing import run_all_jobs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", ["moved to another", "role lowered", "switched off"])
def test_acc_11_a_waiting_job_works_with_the_rights_of_the_moment(
    alice: Any, charlie: Any, now: datetime, change: str
) -> None:
    mine = make_account(alice, city="Ningbo")
    params = {
        "record_type": "account",
        "verb": "edit",
        "ids": [mine.pk],
        "conditions": [],
        "posted": {"field": ["city"], "value": ["Xi'an"], "drop": []},
    }
    enqueue("records.bulk", params=params, actor=Actor(alice))
    if change == "moved to another":
        type(mine).objects.filter(pk=mine.pk).update(owner=charlie)
    elif change == "role lowered":
        type(alice).objects.filter(pk=alice.pk).update(role="readonly")
    else:
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    run_all_jobs(check=False)
    mine.refresh_from_db()
    assert mine.city == "Ningbo"
