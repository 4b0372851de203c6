"""Files in and out under the rights of whoever moves them."""

from datetime import datetime
from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.core.accounts.models import Account
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Operation
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.lib.errors import Invalid
from shangji.records.imports import actions
from shangji.records.imports.models import Import

pytestmark = pytest.mark.django_db


def brought(user: Any, text: str, now: datetime) -> Import:
    return actions.bring_file(
        actor=Actor(user), chunks=[text.encode()], name="a.csv", record_type="account", now=now
    )


def test_acc_3_an_export_holds_what_the_list_shows_and_says_nothing_of_the_rest(
    alice: Any, bob: Any, charlie: Any, sign_in: Any
) -> None:
    mine = make_account(alice, name="Mine Ltd")
    others = [make_account(bob, name="Zz Bobs"), make_account(charlie, name="Zz Charlies")]
    client = sign_in(alice)
    ids = ",".join(str(one.pk) for one in (mine, *others))
    for query in ("", "?view=all", "?f=name.has.z&f=", f"?ids={ids}", f"?view=all&ids={ids}"):
        answer = client.get(f"/accounts/export/{query}")
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200
        assert b"Zz" not in text
        assert len(text.splitlines()) <= 2  # a header, and Mine Ltd where the filter lets it
    assert b"Mine Ltd" in b"".join(client.get(f"/accounts/export/?ids={ids}").streaming_content)


def test_csv_4_the_same_file_twice_is_known_again(alice: Any, now: datetime) -> None:
    text = "Customer,City\nNingbo Ltd,Ningbo\nXi'an Ltd,Xi'an\n"
    first = brought(alice, text, now)
    for _click in range(2):  # a double click starts one job
        actions.start_import(actor=Actor(alice), run=first, now=now)
    run_all_jobs()
    assert Account.objects.count() == 2
    second = brought(alice, text, now)
    with pytest.raises(Invalid):
        actions.start_import(actor=Actor(alice), run=second, now=now)
    actions.start_import(actor=Actor(alice), run=second, now=now, again=True)
    run_all_jobs()
    assert Account.objects.count() == 2


def test_csv_5_an_import_reaches_no_row_its_owner_may_not_change(
    alice: Any, charlie: Any, sign_in: Any, now: datetime
) -> None:
    foreign = make_account(charlie, name="Foreign Ltd", city="Ningbo")
    run = brought(alice, "Customer,City\nForeign Ltd,Elsewhere\n", now)
    actions.start_import(actor=Actor(alice), run=run, now=now)
    run_all_jobs(check=False)
    foreign.refresh_from_db()
    assert (foreign.city, foreign.owner_id) == ("Ningbo", charlie.pk)
    assert not Account.objects.exclude(pk=foreign.pk).exclude(owner=alice).exists()
    for path in (f"/import/{run.pk}/", f"/import/{run.pk}/failures.csv"):
        assert sign_in(charlie).get(path).status_code == 404


@pytest.mark.slow
def test_csv_6_ten_thousand_rows_are_taken_at_once_and_undone_as_one(
    alice: Any, sign_in: Any, now: datetime
) -> None:
    text = "Customer,City\n" + "".join(f"Customer {n},City\n" for n in range(10_000))
    run = brought(alice, text, now)
    actions.start_import(actor=Actor(alice), run=run, now=now)
    assert not Account.objects.exists()  # its job does the work
    run_all_jobs()
    run.refresh_from_db()
    assert (run.created, run.done_rows) == (10_000, 10_000)
    assert Operation.objects.filter(action="account.import").count() == 1
    actions.undo_import(actor=Actor(alice), run=run, now=now)
    assert Account.objects.filter(deleted_at=None).count() == 0
