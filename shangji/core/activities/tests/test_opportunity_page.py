"""The opportunity page with its story: how much it asks for, and that it writes text as text."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.activities.factories import make_activity
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.records.actions import edit_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    account = make_account(alice)
    contact = make_contact(alice, account=account)
    return make_opportunity(
        alice, at="quote", account=account, contact=contact, amount=Decimal(1285000)
    )


def page(client: Any, record: Opportunity) -> str:
    answer = client.get(f"/opportunities/{record.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_asks_as_much_for_a_long_story_as_for_a_short_one(
    sign_in: Any, alice: Any, deal: Any
) -> None:
    client = sign_in(alice)

    def queries() -> int:
        forget_pipelines()
        with CaptureQueriesContext(connection) as found:
            page(client, deal)
        return len([one for one in found.captured_queries if "workspace_" not in one["sql"]])

    make_activity(alice, opportunity=deal, done_at=timezone.now(), contact=deal.contact)
    queries()
    few = queries()
    for _more in range(20):
        make_activity(alice, opportunity=deal, done_at=timezone.now(), contact=deal.contact)
    assert queries() == few
    assert few <= 23


def test_it_writes_everything_as_text(sign_in: Any, alice: Any) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    account = make_account(alice, name=evil)
    contact = make_contact(alice, name=evil, job_title=evil, account=account)
    record = make_opportunity(
        alice, at="quote", name=evil, account=account, contact=contact, tags=[evil], next_step=evil
    )
    make_activity(
        alice, opportunity=record, subject=evil, body=evil, outcome=evil, done_at=timezone.now()
    )
    StageMove.objects.filter(opportunity=record).update(note=evil)
    client = sign_in(alice)
    for path in ("", "?tab=history", "move/", "next-step/", "people/", "lines/", "win/"):
        html = client.get(f"/opportunities/{record.pk}/{path}").content.decode()
        assert "<img src=x" not in html, path
        assert "&lt;img src=x" in html, path


def test_it_says_how_many_more_fields_changed_and_has_them(
    sign_in: Any, alice: Any, actor: Any, now: Any
) -> None:
    account = make_account(alice)
    texts = ("country", "province", "address", "phone", "city", "industry")
    values = {**dict.fromkeys(texts, "new"), "employees": 7, "founded_year": 1999}
    edit_record(actor=actor(alice), record=account, values=values, now=now)
    text = sign_in(alice).get(f"/activities/older/account/{account.pk}/").content.decode()
    shown, more = text.split("<details>")
    assert "and 2 more" in more
    assert (shown.count('class="change"'), more.count('class="change"')) == (6, 2)
