"""Claim and return, each by who may."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.lib.errors import Conflict, Forbidden, Invalid
from shangji.phases.identify.actions import claim_opportunities, return_to_pool
from shangji.records.actions import create_record

AsActor = Callable[[User], Actor]


@pytest.fixture
def lead(dana: User, actor: AsActor, now: datetime) -> Opportunity:
    made = create_record(
        actor=actor(dana),
        record_type="opportunity",
        values={"name": "甬江泵业 远程监控", "owner": None},
        now=now,
    )
    assert isinstance(made, Opportunity)
    return made


def test_it_claims(lead: Opportunity, alice: User, actor: AsActor, now: datetime) -> None:
    assert claim_opportunities(actor=actor(alice), ids=[lead.pk], now=now) == 1
    lead.refresh_from_db()
    assert lead.owner_id == alice.pk


def test_the_second_is_too_late(
    lead: Opportunity, alice: User, bob: User, actor: AsActor, now: datetime
) -> None:
    claim_opportunities(actor=actor(alice), ids=[lead.pk], now=now)
    with pytest.raises(Conflict):
        claim_opportunities(actor=actor(bob), ids=[lead.pk], now=now)


def test_a_reader_does_not_claim(
    lead: Opportunity, vera: User, actor: AsActor, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        claim_opportunities(actor=actor(vera), ids=[lead.pk], now=now)


def test_going_back_needs_a_reason(
    lead: Opportunity, alice: User, actor: AsActor, now: datetime
) -> None:
    claim_opportunities(actor=actor(alice), ids=[lead.pk], now=now)
    with pytest.raises(Invalid):
        return_to_pool(actor=actor(alice), opportunity_id=lead.pk, reason=" ", now=now)
    return_to_pool(actor=actor(alice), opportunity_id=lead.pk, reason="Wrong region", now=now)
    lead.refresh_from_db()
    assert lead.owner_id is None


def test_the_page_claims(lead: Opportunity, alice: User, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(alice)
    assert "甬江泵业" in client.get("/pool/").content.decode()
    assert client.post("/pool/claim/", {"ids": [lead.pk]}).status_code == 302
    assert "甬江泵业" not in client.get("/pool/").content.decode()
