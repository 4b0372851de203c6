"""People hear of what concerns them: each once, never of what they did themselves."""

import pytest
from django.utils import translation

from shangji.core.opportunities.actions import win_opportunity
from shangji.core.opportunities.actions.edit import edit_opportunity
from shangji.core.opportunities.events import OpportunityWon
from shangji.core.opportunities.factories import make_opportunity, reason
from shangji.core.opportunities.subscriptions import tell_leader_of_win
from shangji.foundation.access.actor import Actor
from shangji.foundation.events.bus import from_payload
from shangji.foundation.events.models import OutboxEvent
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.notices.models import Notice


def told(kind: str) -> list[tuple[str, str, str]]:
    run_all_jobs()
    with translation.override("en"):
        return [(one.user.name, one.title, one.url) for one in Notice.objects.filter(kind=kind)]


def win(user, record, now):
    return win_opportunity(
        actor=Actor(user), opportunity=record, reason=reason("best_fit"), now=now
    )


def test_the_leader_hears_of_a_win_in_the_team(alice, bob, mei, charlie, now):
    record = win(alice, make_opportunity(alice, name="Bearings"), now)
    assert told("opportunity.won") == [
        ("Mei", "Alice won Bearings", f"/opportunities/{record.pk}/")
    ]


def test_a_win_told_twice_is_one_notice(alice, mei, now):
    win(alice, make_opportunity(alice), now)
    assert len(told("opportunity.won")) == 1
    event = OutboxEvent.objects.get(name=OpportunityWon.name)
    tell_leader_of_win(from_payload(event.name, event.payload), now)
    assert len(told("opportunity.won")) == 1


@pytest.mark.parametrize("who", ["mei", "charlie"])
def test_nobody_hears_of_an_own_win_or_one_without_a_leader(request, mei, who, now):
    """Mei leads North: what she wins herself, for her or for Alice, she knows."""
    owner = request.getfixturevalue(who)
    win(owner, make_opportunity(owner), now)
    assert told("opportunity.won") == []


def test_the_leader_who_wins_for_a_member_is_not_told(alice, mei, now):
    win(mei, make_opportunity(alice), now)
    assert told("opportunity.won") == []


def test_a_leader_who_may_not_see_it_is_not_told(alice, mei, now):
    mei.role = "nobody"
    mei.save()
    win(alice, make_opportunity(alice), now)
    assert told("opportunity.won") == []


def test_a_new_owner_is_told_by_others_only(alice, bob, mei, now):
    record = make_opportunity(alice, name="Bearings")
    given = edit_opportunity(actor=Actor(mei), record=record, values={"owner": bob.pk}, now=now)
    assert told("opportunity.assigned") == [
        ("Bob", "Bearings is yours now", f"/opportunities/{record.pk}/")
    ]
    edit_opportunity(actor=Actor(mei), record=given, values={"owner": mei.pk}, now=now)
    assert len(told("opportunity.assigned")) == 1
