"""One story in one order: complete, in pages, and only what the reader may know."""

from datetime import timedelta
from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.core.activities.actions import log_activity
from shangji.core.activities.factories import make_activity
from shangji.core.activities.models import Activity
from shangji.core.activities.queries.timeline import TYPES, Item, timeline
from shangji.core.activities.rules import mentioned, subject_and_body
from shangji.core.activities.subscriptions import tell_mentioned
from shangji.core.channels.models import Channel
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.actions import edit_opportunity, move_to_stage, record_touch
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.foundation.access.models import CustomRole
from shangji.foundation.events.bus import from_payload
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.notices.models import Notice
from shangji.lib.errors import Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


def items(found: Any) -> list[Item]:
    return [item for day in found.days for item in day.items]


def test_it_tells_moves_activities_touches_and_edits_newest_first(
    alice: Any, actor: Any, now: Any
) -> None:
    me = actor(alice)
    record = make_opportunity(alice, at="new", now=now - timedelta(days=9))
    hours = [now + timedelta(hours=n) for n in range(6)]
    record = move_to_stage(actor=me, opportunity=record, stage=stage("quote"), now=hours[1])
    log_activity(actor=me, about=record, kind="call", text="Called\nWants a quote", now=hours[2])
    channel = Channel.objects.get(key="event")
    record_touch(actor=me, opportunity=record, channel=channel, at=hours[3], now=hours[3])
    record = edit_opportunity(actor=me, record=record, values={"name": "Renamed"}, now=hours[4])
    found = items(timeline(me, now=now, opportunity=record))
    assert [item.type for item in found] == ["edit", "touch", "activity", "move", "move"]
    assert found[0].undo_id is not None
    assert found[2].what.subject == "Called"
    assert found[2].what.body == "Wants a quote"
    for kind in TYPES:
        only = items(timeline(me, now=now, opportunity=record, types=[kind]))
        assert {item.type for item in only} == {kind}


def test_it_goes_on_without_gap_or_double(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = make_opportunity(alice, now=now - timedelta(days=40))
    for place in range(23):
        at = now - timedelta(hours=place // 4)  # several at the same instant
        make_activity(alice, opportunity=record, subject=f"N{place}", done_at=at)
    seen, cursor = [], ""
    for _page in range(20):
        page = timeline(me, now=now, opportunity=record, before=cursor, limit=5)
        seen += [(item.type, item.what) for item in items(page)]
        cursor = page.older
        if not cursor:
            break
    subjects = [what.subject for kind, what in seen if kind == "activity"]
    assert sorted(subjects) == sorted(f"N{place}" for place in range(23))
    assert len(seen) == 24
    assert items(timeline(me, now=now, opportunity=record, before="nonsense|x"))


def test_it_tells_a_customers_story_as_far_as_the_reader_sees_it(
    alice: Any, charlie: Any, dana: Any, actor: Any, now: Any
) -> None:
    account = make_account(alice, name="Both")
    mine = make_opportunity(alice, account=account, name="Mine")
    theirs = make_opportunity(charlie, account=account, name="Theirs")
    secret = make_contact(charlie, name="Secret")
    for record in (mine, theirs):
        make_activity(
            record.owner,
            opportunity=record,
            account=account,
            contact=secret,
            subject=f"Call on {record.name}",
            done_at=now,
        )
    found = items(timeline(actor(alice), now=now, account=account))
    subjects = {item.what.subject for item in found if item.type == "activity"}
    assert subjects == {"Call on Mine"}
    assert {item.opportunity.name for item in found if item.opportunity} == {"Mine"}
    assert [item.what.contact_name for item in found if item.type == "activity"] == [""]
    everything = items(timeline(actor(dana), now=now, account=account))
    assert len([item for item in everything if item.type == "activity"]) == 2


def test_it_leaves_out_what_a_role_may_not_know(alice: Any, actor: Any, now: Any) -> None:
    record = make_opportunity(alice)
    edit_opportunity(actor=actor(alice), record=record, values={"amount": 5}, now=now)
    make_activity(alice, opportunity=record, body="Private words", done_at=now)
    hidden = {
        "opportunity": {"read": "all", "hidden": ["amount", "stage"]},
        "activity": {"read": "all", "hidden": ["body"]},
    }
    role = CustomRole.objects.create(
        name="Blind",
        created_at=now,
        updated_at=now,
        definition={"version": 1, "default": {}, "grants": hidden, "rights": []},
    )
    alice.role = f"custom:{role.pk}"
    found = items(timeline(actor(alice), now=now, opportunity=record))
    assert [item.type for item in found] == ["activity"]
    assert found[0].what.body == ""


def test_a_machine_touch_is_marked_and_no_contact(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = make_opportunity(alice)
    later = now + timedelta(days=1)
    record_touch(actor=me, opportunity=record, channel=None, at=later, now=later, is_machine=True)
    record.refresh_from_db()
    assert record.last_contact_at == now
    assert items(timeline(me, now=now, opportunity=record, types=["touch"]))[0].is_machine


def test_logging_needs_sight_and_a_next_step_the_right_to_edit(
    alice: Any, charlie: Any, vera: Any, actor: Any, now: Any
) -> None:
    record = make_opportunity(alice)
    ask: dict[str, Any] = {"about": record, "kind": "note", "text": "Hello", "now": now}
    with pytest.raises(NotFound):
        log_activity(actor=actor(charlie), **ask)
    with pytest.raises(Forbidden):
        log_activity(actor=actor(vera), **ask)
    charlie.role = "service"
    charlie.save()
    assert log_activity(actor=actor(charlie), **ask).owner_id == charlie.pk
    with pytest.raises(Forbidden):
        log_activity(actor=actor(charlie), **ask, next_step="Call", next_on=now.date())
    assert Activity.objects.count() == 1, "nothing is left of the refused one"
    with pytest.raises(Invalid):
        log_activity(actor=actor(alice), **{**ask, "text": "  "})
    with pytest.raises(Invalid):
        log_activity(actor=actor(alice), **{**ask, "kind": "task"})


def test_the_composer_works_without_script(sign_in: Any, alice: Any, now: Any) -> None:
    record = make_opportunity(alice, next_step="", next_step_on=None)
    data = {"kind": "call", "text": "Rang", "next_step": "Meet", "next_step_on": "2026-12-04"}
    answer = sign_in(alice).post(f"/activities/log/opportunity/{record.pk}/", data)
    assert (answer.status_code, answer["Location"]) == (302, f"/opportunities/{record.pk}/")
    record.refresh_from_db()
    assert (record.next_step, str(record.next_step_on)) == ("Meet", "2026-12-04")
    assert record.last_contact_at > now
    assert sign_in(alice).post("/activities/log/product/1/", data).status_code == 404


def test_it_tells_those_mentioned_who_may_see_it_once(
    alice: Any, mei: Any, charlie: Any, actor: Any, now: Any
) -> None:
    record = make_opportunity(alice)
    text = "@Mei and @Charlie and @Alice please look"
    log_activity(actor=actor(alice), about=record, kind="note", text=text, now=now)
    row = OutboxEvent.objects.get(name="activity.mentioned")
    for _delivery in range(2):
        tell_mentioned(from_payload(row.name, row.payload), now)  # type: ignore[arg-type]
    assert [notice.user_id for notice in Notice.objects.all()] == [mei.pk]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@陈志远 看下能否排出人手", [1]),
        ("@陈志远看下", [1]),
        ("请@陈志远、@Ann Lee", [1, 3]),
        ("@Ann Lee", [3]),
        ("@AnnLee and @ann", [3, 2]),
        ("@Annabel", []),
        ("mail ann@example.com", []),
        ("no names", []),
    ],
)
def test_it_reads_names(text: str, expected: list[int]) -> None:
    people = [(1, "陈志远"), (2, "Ann"), (3, "Ann Lee")]
    assert mentioned(text, people) == expected


def test_it_takes_the_first_line_as_subject() -> None:
    assert subject_and_body("Called\r\nWants a quote\n", "Call") == ("Called", "Wants a quote")
    assert subject_and_body("", "Call") == ("Call", "")
    long = "x" * 300
    subject, body = subject_and_body(long, "Call")
    assert (len(subject), body) == (200, long)
