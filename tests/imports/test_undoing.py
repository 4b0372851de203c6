"""A long import goes back part by part, as it came in; a worker killed between goes on there."""

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from shangji.config.commands import import_
from shangji.core.accounts.models import Account
from shangji.core.activities.factories import make_activity
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity, OpportunityPerson
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit import actions as audit
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.queries import may_undo
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.people.models import User
from shangji.lib.errors import Forbidden
from shangji.records.actions import edit_record
from shangji.records.audit_log import explain_left
from shangji.records.imports import actions, undoing
from shangji.records.imports.models import Import
from tests.imports.test_made import DEALS
from tests.imports.test_rows import ACCOUNTS, Bring

As = Callable[[User], Actor]


class Killed(Exception):
    pass


@pytest.fixture
def run(bring: Bring, dana: User, actor: As, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Five new rows and two changed ones; seven are very many here, and two go at a time."""
    bring("name,city,owner\nAcme,Rome,\nBolt,Oslo,\n", ACCOUNTS, actor(dana))
    rows = "".join(f"New {n},,\n" for n in range(5))
    found = bring(f"name,city,owner\nAcme,Paris,\nBolt,Bonn,\n{rows}", ACCOUNTS, actor(dana))
    monkeypatch.setattr(undoing, "CHUNK", 3)
    monkeypatch.setattr(audit, "PART", 2)
    return found


def living() -> list[tuple[str, str]]:
    return list(Account.objects.alive().order_by("name").values_list("name", "city"))


def test_it_goes_on_where_a_killed_worker_ended(
    run: Import, dana: User, actor: As, now: datetime
) -> None:
    me = actor(dana)
    begun = actions.start_undo(actor=me, run=run, now=now)
    assert run.state == Import.State.UNDOING and begun.restored == 0
    assert begun.operation_id is not None
    undo = Operation.objects.get(pk=begun.operation_id)
    assert run.operation is not None
    run.operation.refresh_from_db()
    assert not may_undo(me, run.operation) and not may_undo(me, undo)
    with pytest.raises(Forbidden):
        actions.start_undo(actor=me, run=run, now=now)

    def kill(done: int) -> None:
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        undoing.go_on_undoing(actor=me, run=run, now=now, between=kill)
    assert len(living()) == 5
    new = Account.objects.alive().get(name="New 0")
    edit_record(actor=me, record=new, values={"city": "Kiel"}, now=now)
    Job.objects.exclude(kind="import.undo").delete()
    run_all_jobs()
    run.refresh_from_db()
    assert run.state == Import.State.UNDONE and "undo" not in run.report
    # one operation, that tells what somebody worked on meanwhile and can be undone itself now
    assert living() == [("Acme", "Rome"), ("Bolt", "Oslo"), ("New 0", "Kiel")]
    undo.refresh_from_db()
    assert undo.change_count == 6 and may_undo(me, undo)
    assert [one["record_id"] for one in undo.undo_report or []] == [new.pk]


def test_what_broke_off_at_the_command_line_goes_on_anywhere(
    run: Import, dana: User, actor: As, now: datetime, sign_in: Callable[[User], Client]
) -> None:
    page = reverse("records:import_page", args=[run.pk])
    Import.objects.filter(pk=run.pk).update(state=Import.State.RUNNING)
    run.refresh_from_db()
    assert "Take the import back" in sign_in(dana).get(page).content.decode()

    def kill(done: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        undoing.undo_import(actor=actor(dana), run=run, now=now, between=kill)
    run.refresh_from_db()
    assert "Go on from here" in sign_in(dana).get(page).content.decode()
    options = argparse.Namespace(undo=None, resume=run.pk)
    assert import_._run(options, actor(dana), now) == 0
    assert living() == [("Acme", "Rome"), ("Bolt", "Oslo")]


def test_the_ledger_lets_a_long_import_go_back_in_the_background(
    run: Import, dana: User, sign_in: Callable[[User], Client], settings: Any
) -> None:
    assert run.operation is not None
    url = reverse("records:undo", args=[run.operation.pk])
    answer = sign_in(dana).post(url)
    assert answer["Location"] == reverse("records:import_page", args=[run.pk])
    page = sign_in(dana).get(answer["Location"]).content.decode()
    assert "data-running" in page or "progress" in page
    Job.objects.filter(kind="import.undo").update(state=Job.State.CANCELLED)
    assert "Go on from here" in sign_in(dana).get(answer["Location"]).content.decode()
    sign_in(dana).post(reverse("records:import_act", args=[run.pk, "resume"]))
    Job.objects.exclude(kind="import.undo").delete()
    run_all_jobs()
    assert living() == [("Acme", "Rome"), ("Bolt", "Oslo")]


@pytest.mark.parametrize("part", [1, 500])
def test_customers_that_a_later_import_refers_to_stay(
    bring: Bring, dana: User, actor: As, now: datetime, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    first = bring("deal,customer,seller\n1,Acme,\n2,Bolt,\n", DEALS, actor(dana))
    bring("deal,customer,seller\n3,Acme,\n", DEALS, actor(dana))
    monkeypatch.setattr(undoing, "CHUNK", 1)
    monkeypatch.setattr(audit, "PART", part)
    report = undoing.undo_import(actor=actor(dana), run=first, now=now)
    assert [name for name, _city in living()] == ["Acme"]
    assert list(Opportunity.objects.alive().values_list("name", flat=True)) == ["3"]
    acme = Account.objects.get(name="Acme")
    assert [(one["record_id"], one["cause"]) for one in report.left] == [
        (acme.pk, "Other records refer to it by now.")
    ]
    assert report.restored == 3
    with translation.override("zh-hans"):  # whoever took it back in another language
        [shown] = explain_left(actor(dana), report.told)
    assert (shown["title"], shown["cause"]) == ("Acme", "已有其他记录引用它。")


@pytest.mark.parametrize("part", [1, 500])
def test_what_stays_has_its_parents_whichever_part_they_went_in(
    bring: Bring, dana: User, actor: As, now: datetime, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 1)
    monkeypatch.setattr(audit, "PART", part)
    header = {"header": "parent", "field": "parent"}
    document = {**ACCOUNTS, "columns": [*ACCOUNTS["columns"], header]}
    # the last rows go first: parents before, between and after those that stay
    rows = "C1,P1\nP1,T1\nT1,\nC2,P2\nT2,\nP2,T2\nT3,\nC3,P3\nP3,T3\nLone child,Lone\nLone,\n"
    run = bring(f"name,parent\n{rows}", document, actor(dana))
    assert (run.created, run.failed) == (11, 0)
    for child in Account.objects.filter(name__startswith="C"):
        make_opportunity(dana, account=child)
    report = undoing.undo_import(actor=actor(dana), run=run, now=now)
    kept = Account.objects.alive().order_by("name")
    assert [one.name for one in kept] == [f"{level}{n}" for level in "CPT" for n in (1, 2, 3)]
    assert not kept.exclude(parent__deleted_at=None).exists()
    # each is told once, and what came back counts as left
    assert sorted(one["record_id"] for one in report.left) == sorted(one.pk for one in kept)
    assert {one["cause"] for one in report.left} == {"Other records refer to it by now."}
    assert report.restored == 2


def test_a_contact_stays_as_long_as_a_deal_has_it(
    bring: Bring, dana: User, actor: As, now: datetime
) -> None:
    document = {"type": "contact", "columns": [{"header": "name", "field": "name"}]}
    run = bring("name\nAnn\nBen\nCal\nDan\n", document, actor(dana))
    ann, ben, cal, _dan = Contact.objects.order_by("name")
    for contact, deleted_at in ((ann, None), (ben, now)):
        deal = make_opportunity(dana, deleted_at=deleted_at)
        OpportunityPerson.objects.create(opportunity=deal, contact=contact)
    make_activity(dana, contact=cal, created_by=dana)
    undoing.undo_import(actor=actor(dana), run=run, now=now)
    assert list(Contact.objects.alive().order_by("name")) == [ann, cal]


def test_what_was_left_of_very_many_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "KEPT", 2)
    report, change = audit.UndoReport(), type("Row", (), {"record_type": "a", "record_id": 7})()
    for _n in range(5):
        report.leave(change, "Somebody changed it since.")
    assert report.left_count == 5 and len(report.told) == 2
    assert "This and 3 more" in report.told[-1]["cause"]
