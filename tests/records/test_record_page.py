"""A record's page: what a phone has as tabs, and a history in words."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.actions import move_to_stage
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.core.opportunities.models import Stage
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.recorder import operation
from shangji.records.actions import create_record

pytestmark = pytest.mark.django_db


def tabs(page: str) -> dict[str, str]:
    """The opening tag of each tab, by its first word."""
    strip = re.search(r'<nav class="tab-list.*?</nav>', page, re.S)[0]  # type: ignore[index]
    return {name: tag for tag, name in re.findall(r"(<a [^>]*>)(\w+)", strip)}


@pytest.mark.parametrize(
    ("address", "place", "current"),
    [
        ("", "main", "Timeline"),
        ("?tab=facts", "facts", "Facts"),
        ("?tab=people", "people", "People"),
    ],
)
def test_facts_and_people_are_tabs_of_the_phone(
    alice: Any, sign_in: Any, address: str, place: str, current: str
) -> None:
    record = make_opportunity(alice)
    page = sign_in(alice).get(f"/opportunities/{record.pk}/{address}").content.decode()
    found = tabs(page)
    assert list(found)[:3] == ["Timeline", "Facts", "People"]
    assert "aria-current" in found[current]
    assert f'class="record grow at-{place}"' in page
    for name in ("Facts", "People"):
        assert "only-phone" in found[name]
    # all of it is there at a desk
    assert 'id="facts"' in page and 'class="composer' in page


def test_a_type_without_people_has_no_such_tab(alice: Any, sign_in: Any) -> None:
    record = make_account(alice)
    page = sign_in(alice).get(f"/accounts/{record.pk}/?tab=facts").content.decode()
    assert "Facts" in tabs(page) and "People" not in tabs(page)
    assert 'class="record grow at-facts"' in page


def test_history_tells_instants_as_people_do(
    alice: Any, actor: Any, now: Any, sign_in: Any
) -> None:
    record = make_opportunity(alice)
    later = now + timedelta(days=3)
    move_to_stage(actor=actor(alice), opportunity=record, stage=stage("quote"), now=later)
    page = sign_in(alice).get(f"/opportunities/{record.pk}/?tab=history").content.decode()
    assert "In stage since" in page and "+00:00" not in page


def test_a_new_workspace_is_taught_and_a_narrow_filter_is_told(alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    for path in ("/opportunities/", "/"):
        page = client.get(path).content.decode()
        assert "Create the first opportunity, or import a sheet." in page, path
        assert 'href="/opportunities/new/"' in page and 'href="/opportunities/import/"' in page
    make_opportunity(alice, at="lost")
    page = client.get("/opportunities/").content.decode()
    assert "Nothing fits these filters" in page


def test_criteria_of_the_stages_stand_where_it_moves_on(alice: Any, sign_in: Any) -> None:
    record = make_opportunity(alice, at="quote")
    client, address = sign_in(alice), f"/opportunities/{record.pk}/"
    assert "Before it moves on" not in client.get(address).content.decode()
    Stage.objects.filter(key="quote").update(exit_criteria="The offer was read")
    Stage.objects.filter(key="negotiation").update(entry_criteria="Nobody objects")
    Stage.objects.filter(key="contract").update(entry_criteria="Both have signed")
    forget_pipelines()
    page = client.get(address).content.decode()
    assert "To leave Solution &amp; quote" in page and "The offer was read" in page
    assert "To enter Negotiation" in page and "Nobody objects" in page
    assert "Both have signed" not in page
    forget_pipelines()


def test_the_ledger_names_people_and_leaves_out_what_no_page_shows(
    alice: Any, bob: Any, dana: Any, actor: Any, sign_in: Any
) -> None:
    values = {"name": "MES", "owner": alice.pk}
    record = create_record(
        actor=actor(dana), record_type="opportunity", values=values, now=timezone.now()
    )
    with operation(actor(dana), "opportunity.next_step", now=timezone.now()) as op:
        op.update(op.lock(record), {"next_step_owner": bob})
    client = sign_in(dana)
    made, changed = (
        client.get(f"/settings/audit/{op.pk}/").content.decode().split("<tbody>")[1]
        for op in Operation.objects.filter(actor=dana).order_by("pk")
    )
    assert "MES" in made and "Forecast manual" not in made
    assert f"<dd>{bob.name}</dd>" in changed
