"""The opportunity page and its dialogs, with and without script."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.channels.models import Channel
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.actions import record_touch, set_person
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity, OpportunityLine
from shangji.core.products.factories import make_product

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    account = make_account(alice, name="华辰精密制造")
    contact = make_contact(alice, name="周立群", account=account, phone="+86 574 8888 0001")
    return make_opportunity(
        alice,
        at="quote",
        name="MES 二期",
        account=account,
        contact=contact,
        amount=Decimal(1285000),
        expected_close_on=timezone.localdate() + timedelta(days=20),
        push_count=2,
    )


def page(client: Any, record: Opportunity, query: str = "") -> str:
    answer = client.get(f"/opportunities/{record.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_stepper_facts_and_the_next_move(sign_in: Any, alice: Any, deal: Any) -> None:
    html = page(sign_in(alice), deal)
    assert 'aria-current="step"' in html
    assert "Move to Negotiation" in html
    assert "50%" in html
    assert "stage default" in html
    assert "pushed 2×" in html
    assert "¥643K" in html, "weighted"
    assert "tel:+86 574 8888 0001" in html
    assert "No decision maker" in html


def test_it_is_whole_for_each_role(
    sign_in: Any, deal: Any, alice: Any, bob: Any, mei: Any, charlie: Any, dana: Any, vera: Any
) -> None:
    url = f"/opportunities/{deal.pk}/"
    codes = {user.name: sign_in(user).get(url).status_code for user in (bob, charlie)}
    assert codes == {"Bob": 404, "Charlie": 404}
    for user in (alice, mei, dana):
        assert "Move to Negotiation" in page(sign_in(user), deal)
    html = page(sign_in(vera), deal)
    assert "Move to" not in html
    assert "sj-inline-edit" not in html
    assert 'class="composer"' not in html


@pytest.mark.parametrize("tab", ["timeline", "files", "history", "none"])
def test_it_opens_each_tab(sign_in: Any, alice: Any, deal: Any, tab: str) -> None:
    assert 'aria-current="page"' in page(sign_in(alice), deal, f"?tab={tab}")


def test_it_sets_a_hand_set_rate_back(sign_in: Any, alice: Any, deal: Any) -> None:
    client = sign_in(alice)
    field = f"/opportunities/{deal.pk}/field/probability/"
    saved = client.post(field, {"value": "65", "version": deal.version}, **HTMX)
    assert saved.status_code == 200
    html = page(client, deal)
    assert "set by hand" in html
    assert "Stage default 50%" in html
    assert client.post(f"/opportunities/{deal.pk}/default/probability/").status_code == 302
    deal.refresh_from_db()
    assert (deal.probability, deal.probability_manual) == (50, None)


def test_it_wins_with_a_reason_without_script(sign_in: Any, alice: Any, deal: Any) -> None:
    client = sign_in(alice)
    asked = client.get(f"/opportunities/{deal.pk}/win/").content.decode()
    assert "<optgroup" in asked
    assert "<html" in asked
    url = f"/opportunities/{deal.pk}/win/"
    assert client.post(url, {"asked": "1"}).status_code == 422
    assert client.post(url, {"reason": reason("trust").pk, "asked": "1"}).status_code == 302
    deal.refresh_from_db()
    assert deal.status == "won"
    html = page(client, deal)
    assert "Long trust" in html
    assert "Move to Onboarding" in html
    assert client.post(f"/opportunities/{deal.pk}/reopen/").status_code == 302
    deal.refresh_from_db()
    assert (deal.stage.key, deal.status) == ("quote", "open")


def test_it_draws_facts_and_amount_anew(sign_in: Any, alice: Any, charlie: Any, deal: Any) -> None:
    url = f"/opportunities/{deal.pk}/facts/"
    html = sign_in(alice).get(url, **HTMX).content.decode()
    assert html.count('id="head-amount" hx-swap-oob="true"') == 1
    assert "¥1,285,000" in html
    assert sign_in(charlie).get(url, **HTMX).status_code == 404


def test_it_offers_every_stage_without_dragging(sign_in: Any, alice: Any, deal: Any) -> None:
    html = sign_in(alice).get(f"/opportunities/{deal.pk}/move/", **HTMX).content.decode()
    assert "<html" not in html
    assert html.count('name="stage"') == 15


def test_it_sets_the_next_step(sign_in: Any, alice: Any, deal: Any) -> None:
    client = sign_in(alice)
    url = f"/opportunities/{deal.pk}/next-step/"
    empty = client.post(url, {"next_step": " ", "next_step_on": ""}, **HTMX)
    assert empty.status_code == 422
    assert "A next step has a day." in empty.content.decode()
    data = {"next_step": "Send papers", "next_step_on": "2026-12-04", "next_step_time": "10:30"}
    assert client.post(url, data).status_code == 302
    deal.refresh_from_db()
    assert (deal.next_step, str(deal.next_step_on), str(deal.next_step_time)) == (
        "Send papers",
        "2026-12-04",
        "10:30:00",
    )


def test_it_shows_a_missing_next_step_as_a_fault_with_its_remedy(sign_in: Any, alice: Any) -> None:
    record = make_opportunity(alice, at="quote", next_step="", next_step_on=None)
    client = sign_in(alice)
    html = page(client, record)
    assert "No next step" in html
    assert "Call in 3 working days" in html
    client.post(f"/opportunities/{record.pk}/step/remedy/")
    record.refresh_from_db()
    assert record.next_step
    assert record.next_step_on is not None


def test_it_edits_the_lines_and_the_amount_follows(sign_in: Any, alice: Any, deal: Any) -> None:
    product = make_product(name="MES", price=Decimal("99.99"))
    client = sign_in(alice)
    url = f"/opportunities/{deal.pk}/lines/"
    data = {
        "product": [str(product.pk), ""],
        "name": ["", "Service"],
        "quantity": ["3", "1"],
        "price": ["", "1,000.50"],
        "discount": ["33.33", ""],
    }
    assert client.post(url, data).status_code == 302
    deal.refresh_from_db()
    assert deal.amount == Decimal("199.99") + Decimal("1000.50")
    assert "MES and 1 more" in page(client, deal)
    wrong = client.post(url, {**data, "quantity": ["x", "1"]}, **HTMX)
    assert wrong.status_code == 422
    assert "Line 1" in wrong.content.decode()
    assert OpportunityLine.objects.filter(opportunity=deal).count() == 2


def test_it_keeps_people_with_role_and_stance(
    sign_in: Any, alice: Any, actor: Any, deal: Any, charlie: Any, now: Any
) -> None:
    client = sign_in(alice)
    url = f"/opportunities/{deal.pk}/people/"
    form = client.get(url, **HTMX).content.decode()
    assert "周立群" in form
    data = {"contact": deal.contact_id, "role": "decider", "stance": "support"}
    assert client.post(url, data).status_code == 302
    html = page(client, deal)
    assert "Decision maker" in html
    assert "No buyer" in html
    stranger = make_contact(charlie, name="Not for Alice")
    assert client.post(url, {"contact": stranger.pk, "role": "buyer"}).status_code == 404
    gone = client.post(f"/opportunities/{deal.pk}/people/{deal.contact_id}/remove/")
    assert gone.status_code == 302
    assert deal.people.count() == 0


def test_it_names_nobody_the_reader_may_not_know(
    sign_in: Any, alice: Any, charlie: Any, dana: Any, actor: Any, deal: Any, now: Any
) -> None:
    hidden = make_contact(charlie, name="Hidden Person")
    set_person(actor=actor(dana), opportunity=deal, contact_id=hidden.pk, role="buyer", now=now)
    foreign = make_opportunity(charlie, name="Foreign deal", account=deal.account)
    html = page(sign_in(alice), deal)
    assert "A contact you may not see" in html
    assert foreign.name not in html
    assert "Foreign deal" in page(sign_in(dana), deal)
    timeline = html.split('class="timeline"', 1)[1]
    assert "Hidden Person" not in timeline


def test_it_shows_touches_in_the_source_facts(
    sign_in: Any, alice: Any, actor: Any, deal: Any, now: Any
) -> None:
    event = Channel.objects.get(key="event")
    for days, page_name, channel in ((60, "", event), (1, "Quote page", None)):
        record_touch(
            actor=actor(alice),
            opportunity=deal,
            channel=channel,
            at=timezone.now() - timedelta(days=days),
            now=timezone.now(),
            page=page_name,
            campaign="Autumn fair" if channel else "",
        )
    html = page(sign_in(alice), deal)
    facts = html.split('id="facts"', 1)[1].split("</section>", 1)[0]
    assert "First touch" in facts
    assert "Exhibitions and conferences" in facts
    assert "Quote page" in facts


def test_it_walks_through_the_list_it_was_opened_from(sign_in: Any, alice: Any) -> None:
    deals = [
        make_opportunity(alice, at="quote", name=f"Deal {n}", amount=Decimal(n)) for n in (3, 2, 1)
    ]
    client = sign_in(alice)
    origin = "/opportunities/?sort=-amount"
    answer = client.get(f"/opportunities/{deals[1].pk}/", HTTP_REFERER=f"http://testserver{origin}")
    html = answer.content.decode()
    assert "2 of 3" in html
    assert f'href="/opportunities/{deals[0].pk}/?in=' in html
    assert f'href="/opportunities/{deals[2].pk}/?in=' in html
    board = client.get(f"/opportunities/{deals[1].pk}/?in=/phases/convert/").content.decode()
    assert "of 3" in board
    assert (
        "of 3"
        not in client.get(f"/opportunities/{deals[1].pk}/?in=//evil.example/").content.decode()
    )


def test_it_keeps_the_day_the_same_in_every_zone(sign_in: Any, alice: Any, deal: Any) -> None:
    client = sign_in(alice)
    shown = set()
    for zone in ("America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"):
        alice.time_zone = zone
        alice.save()
        html = page(client, deal)
        facts = html.split('id="facts"', 1)[1].split("</section>", 1)[0]
        shown.add(facts.split("Close</dt>", 1)[1].split("</dd>", 1)[0].split("<sj", 1)[-1][-120:])
    assert len(shown) == 1


def test_it_moves_from_the_page_and_goes_back_there(sign_in: Any, alice: Any, deal: Any) -> None:
    data = {"stage": stage("negotiation").pk, "version": deal.version}
    answer = sign_in(alice).post(f"/opportunities/{deal.pk}/move/", data)
    assert answer.status_code == 302
    assert answer["Location"] == f"/opportunities/{deal.pk}/"


def test_its_menu_deletes_it_and_says_who_sees_it(alice: Any, vera: Any, sign_in: Any) -> None:
    record = make_opportunity(alice)
    page = sign_in(alice).get(f"/opportunities/{record.pk}/").content.decode()
    assert f'action="/opportunities/{record.pk}/delete/"' in page
    why = f"/why/opportunity/{record.pk}/"
    assert f'href="{why}"' in page and sign_in(alice).get(why).status_code == 200
    assert "/delete/" not in sign_in(vera).get(f"/opportunities/{record.pk}/").content.decode()
