"""What belongs to others is not there: not by id, not to act on, not in any kind of file."""

from datetime import datetime
from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.models import Operation
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.people.models import User
from shangji.foundation.search.models import RecentRecord
from shangji.lib.sheets import open_sheet
from tests.api.client import program

pytestmark = pytest.mark.django_db
NEVER = 987654321


def test_acc_1_an_unseen_id_is_answered_alike_and_leaves_no_trace(
    alice: User, charlie: User, sign_in: Any, now: datetime
) -> None:
    unseen = make_opportunity(charlie, name="Secret deal")
    client, api = sign_in(alice), program(alice, now)
    for path in ("", "history", "files", "lines", "people", "intent", "stays"):
        asked = [api.get(f"opportunities/{pk}/{path}".rstrip("/")) for pk in (unseen.pk, NEVER)]
        assert [one.status_code for one in asked] == [404, 404], path
        told = [
            one.content.replace(str(pk).encode(), b"")
            for one, pk in zip(asked, (unseen.pk, NEVER), strict=True)
        ]
        assert told[0] == told[1], path
    client.post("/search/visit/", {"type": "opportunity", "id": unseen.pk})
    client.post("/search/pin/", {"type": "opportunity", "id": unseen.pk})
    client.get(f"/opportunities/{unseen.pk}/")
    assert not RecentRecord.objects.filter(user=alice).exists()
    assert "Secret" not in client.get("/search/commands/").content.decode()


def test_acc_2_nothing_is_done_to_what_is_not_seen(
    alice: User, charlie: User, sign_in: Any, now: datetime
) -> None:
    unseen, binned = make_opportunity(charlie), make_opportunity(charlie, deleted_at=now)
    mine = make_opportunity(alice)
    before = Opportunity.objects.filter(pk__in=[unseen.pk, binned.pk]).values()
    api, path = program(alice, now), f"opportunities/{unseen.pk}"
    was, operations, events = list(before), Operation.objects.count(), OutboxEvent.objects.count()
    won = stage("won").pk
    asked = [
        api.patch(path, {"name": "X"}),
        api.delete(path),
        api.post(f"opportunities/{binned.pk}/restore", {}),
        api.post(f"{path}/move", {"stage": won}),
        api.post(f"{path}/win", {}),
        api.post(f"{path}/log", {"kind": "call", "text": "x"}),
        api.post(f"{path}/merge", {"others": [mine.pk]}),
        api.post(f"opportunities/{mine.pk}/merge", {"others": [unseen.pk]}),
        api.post(f"{path}/assign", {"owner": alice.pk}),
    ]
    assert [one.status_code for one in asked] == [404] * len(asked), [one.data for one in asked]
    assert list(before.all()) == was
    assert Operation.objects.count() == operations
    assert OutboxEvent.objects.count() == events


def test_acc_3_every_kind_of_file_holds_the_same_rows(
    alice: User, charlie: User, sign_in: Any
) -> None:
    mine, foreign = make_account(alice, name="Mine Ltd"), make_account(charlie, name="Zz Foreign")
    for form in ("csv", "xlsx", "json"):
        for query in ("view=all", f"ids={mine.pk},{foreign.pk}"):
            answer = sign_in(alice).get(f"/accounts/export/?format={form}&{query}")
            data = answer.getvalue()
            if form == "json":
                text = data.decode()
            else:
                text = str([row.cells for row in open_sheet(data).rows()])
            assert "Mine Ltd" in text and "Zz" not in text, (form, query)
