"""The board: sums over all cards, moves by drag, zones, what a reader may not see."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.actions import edit_opportunity
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity, Stage
from shangji.core.opportunities.pages.cards import CardPen
from shangji.core.opportunities.queries.board import CARDS, BoardQuery
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.core.opportunities.queries.stale import stale_condition
from shangji.foundation.access.models import CustomRole
from shangji.records.conditions import read_conditions
from tests.quick import least_seconds

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def names(html: str, stage_id: int) -> list[str]:
    """Names of the cards in a column, in order."""
    column = html.split(f'data-column="{stage_id}"', 1)[1].split("</section>", 1)[0]
    return re.findall(r'class="name"[^>]*>([^<]*)<', column)


def test_it_shows_the_columns_of_a_phase(sign_in: Any, alice: Any) -> None:
    make_opportunity(alice, at="quote", name="MES 二期", amount=Decimal(1285000))
    make_opportunity(alice, at="new", name="Elsewhere")
    html = sign_in(alice).get("/phases/convert/").content.decode()
    keys = ("discovery", "quote", "negotiation", "contract")
    assert [f'data-column="{stage(key).pk}"' in html for key in keys] == [True] * 4
    assert names(html, stage("quote").pk) == ["MES 二期"]
    assert "Elsewhere" not in html
    assert "¥1.29M" in html


def test_it_leads_to_the_list_of_the_phase(sign_in: Any, alice: Any) -> None:
    answer = sign_in(alice).get("/phases/convert/?view=list&f=owner.in.me")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/opportunities/?f=phase.is.convert&f=owner.in.me")


@pytest.mark.parametrize("path", ["/phases/none/", "/phases/convert/?f=nonsense.is.1"])
def test_it_refuses_what_is_none(sign_in: Any, alice: Any, path: str) -> None:
    assert sign_in(alice).get(path).status_code in {400, 404}


def test_it_counts_and_sums_more_than_it_shows(sign_in: Any, alice: Any, now: Any) -> None:
    for place in range(CARDS + 3):
        make_opportunity(
            alice,
            at="quote",
            name=f"N{place:02d}",
            amount=Decimal(10),
            next_step_on=None if place < 5 else now.date() + timedelta(days=place),
        )
    make_opportunity(alice, at="quote", amount=Decimal(7), currency="USD", name="Dollars")
    client = sign_in(alice)
    html = client.get("/phases/convert/").content.decode()
    shown = names(html, stage("quote").pk)
    assert len(shown) == CARDS
    assert shown[:2] == ["Dollars", "N05"], "by next step, those without one last"
    assert "Show 4 more" in html
    assert "¥430" in html
    assert "US$7" in html
    more = re.search(r'hx-get="(/opportunities/board/[^"]*)"', html)
    assert more is not None
    rest = client.get(more[1].replace("&amp;", "&")).content.decode()
    assert rest.count('class="card"') == 4
    assert "more" not in rest


def test_it_shows_each_reader_what_is_theirs(
    sign_in: Any, alice: Any, bob: Any, mei: Any, charlie: Any, dana: Any, vera: Any
) -> None:
    make_opportunity(alice, at="quote", name="Of Alice", amount=Decimal(1))
    make_opportunity(charlie, at="quote", name="Of Charlie", amount=Decimal(10))
    make_opportunity(None, at="quote", name="In the pool", amount=Decimal(100))
    expected = {
        alice: {"Of Alice", "In the pool"},
        bob: {"In the pool"},
        mei: {"Of Alice", "In the pool"},
        charlie: {"Of Charlie", "In the pool"},
        dana: {"Of Alice", "Of Charlie", "In the pool"},
        vera: {"Of Alice", "Of Charlie", "In the pool"},
    }
    worth = {"Of Alice": 1, "Of Charlie": 10, "In the pool": 100}
    for user, wanted in expected.items():
        html = sign_in(user).get("/phases/convert/").content.decode()
        assert set(names(html, stage("quote").pk)) == wanted
        assert f"¥{sum(worth[name] for name in wanted)}<" in html, user.name
    assert "data-move-url" not in sign_in(vera).get("/phases/convert/").content.decode()


def test_it_sums_the_same_from_the_roll_up_and_counted(
    actor: Any, mei: Any, alice: Any, bob: Any, charlie: Any, now: Any
) -> None:
    for place, owner in enumerate((alice, bob, charlie, None, alice)):
        make_opportunity(
            owner,
            at="quote",
            amount=Decimal("33.3333") * place,
            probability_manual=41 if place == 4 else None,
            currency="USD" if place == 2 else "CNY",
        )
    query = BoardQuery(actor(mei), now, "convert")
    every = replace(query, conditions=read_conditions(["status.is.open"]))
    kept, counted = query.sums[stage("quote").pk], every.sums[stage("quote").pk]
    assert (kept.count, dict(kept.amount), dict(kept.weighted)) == (
        counted.count,
        dict(counted.amount),
        dict(counted.weighted),
    )


def test_it_asks_as_much_for_many_cards_as_for_few(sign_in: Any, alice: Any, now: Any) -> None:
    client = sign_in(alice)

    def queries() -> int:
        forget_pipelines()
        with CaptureQueriesContext(connection) as found:
            assert client.get("/phases/convert/").status_code == 200
        # the workspace is read from memory outside a test's transaction
        return len([one for one in found.captured_queries if "workspace_" not in one["sql"]])

    for key in ("discovery", "quote", "negotiation", "contract"):
        make_opportunity(alice, at=key, account=make_account(alice))
    queries()
    few = queries()
    for key in ("discovery", "quote", "negotiation", "contract"):
        for _more in range(12):
            make_opportunity(alice, at=key, account=make_account(alice))
    assert queries() == few
    assert few <= 28


def test_it_draws_a_full_board_quickly(actor: Any, dana: Any, alice: Any, now: Any) -> None:
    account = make_account(alice, name="华辰精密")
    one = make_opportunity(alice, at="quote", account=account, push_count=3, name="MES 二期")
    row = BoardQuery(actor(dana), now, "convert").one(one.pk)
    assert row is not None
    rows = [
        {**row, "pk": place, "amount": Decimal(place * 1000 + 1), "next_step": f"Call {place}"}
        for place in range(8 * CARDS)
    ]
    pen = CardPen(actor(dana), timezone.now())
    pen.draw(rows)
    # 12 ms alone; a card that asks or renders by itself takes ten times that
    best = least_seconds(lambda: CardPen(actor(dana), timezone.now()).draw(rows), 5)
    assert best < 0.1, f"{best * 1000:.1f} ms for {len(rows)} cards"


def test_it_writes_names_as_text(sign_in: Any, alice: Any) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    make_opportunity(
        alice, at="quote", name=evil, next_step=evil, account=make_account(alice, name=evil)
    )
    Stage.objects.filter(key="quote").update(name_en=evil[:60])
    html = sign_in(alice).get("/phases/convert/").content.decode()
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x") >= 5
    forget_pipelines()  # the next test has the stage's own name again


def test_it_moves_a_card_and_answers_card_heads_and_undo(sign_in: Any, alice: Any) -> None:
    record = make_opportunity(alice, at="discovery")
    client = sign_in(alice)
    url = f"/opportunities/{record.pk}/move/?on=board&phase=convert"
    data = {"stage": stage("quote").pk, "version": record.version, "after": ""}
    answer = client.post(url, data, **HTMX)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count('class="card"') == 1
    assert f'id="head-{stage("discovery").pk}" hx-swap-oob="true"' in html
    assert f'id="zone-{stage("won").pk}"' in html
    toast = json.loads(answer["HX-Trigger"])["sj:toast"]
    assert "Solution & quote" in toast["message"]
    assert client.post(toast["undo"], **HTMX).status_code in {200, 204, 302}
    record.refresh_from_db()
    assert record.stage.key == "discovery"


def test_it_asks_for_the_reason_and_only_for_that(sign_in: Any, alice: Any) -> None:
    record = make_opportunity(alice, at="contract")
    client = sign_in(alice)
    url = f"/opportunities/{record.pk}/move/?on=board&phase=convert"
    data: dict[str, Any] = {"stage": stage("lost").pk, "version": record.version}
    answer = client.post(url, data, **HTMX)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<dialog" in html
    assert "<optgroup" in html
    assert "next_step" not in html
    data |= {"reason": reason("other_lost").pk, "asked": "1"}
    again = client.post(url, data, **HTMX)
    assert again.status_code == 422
    assert "needs a note" in again.content.decode()
    done = client.post(url, {**data, "note": "Budget"}, **HTMX)
    assert done.status_code == 200
    assert 'class="card"' not in done.content.decode(), "a lost card leaves the board"
    record.refresh_from_db()
    assert (record.status, record.close_note) == ("lost", "Budget")


def test_it_asks_for_a_missing_next_step_and_does_not_force_it(sign_in: Any, alice: Any) -> None:
    record = make_opportunity(alice, at="discovery", next_step="", next_step_on=None)
    client = sign_in(alice)
    url = f"/opportunities/{record.pk}/move/?on=board&phase=convert"
    data: dict[str, Any] = {"stage": stage("quote").pk, "version": record.version}
    answer = client.post(url, data, **HTMX)
    assert answer.status_code == 422
    assert 'name="next_step"' in answer.content.decode()
    assert client.post(url, {**data, "asked": "1"}, **HTMX).status_code == 200
    record.refresh_from_db()
    assert (record.stage.key, record.next_step) == ("quote", "")


def test_it_answers_a_clash_with_both_stages(sign_in: Any, alice: Any, mei: Any) -> None:
    record = make_opportunity(alice, at="discovery")
    url = f"/opportunities/{record.pk}/move/?on=board&phase=convert"
    seen = record.version
    theirs = {"stage": stage("negotiation").pk, "version": seen}
    assert sign_in(mei).post(url, theirs, **HTMX).status_code == 200
    mine = {"stage": stage("quote").pk, "version": seen}
    answer = sign_in(alice).post(url, mine, **HTMX)
    assert answer.status_code == 409
    assert json.loads(answer.content)["fields"] == {"Stage": ["Solution & quote", "Negotiation"]}


def test_it_refuses_strangers_readers_and_get(
    sign_in: Any, alice: Any, charlie: Any, vera: Any
) -> None:
    record = make_opportunity(alice, at="discovery")
    url = f"/opportunities/{record.pk}/move/"
    data = {"stage": stage("quote").pk}
    assert sign_in(charlie).post(url, data).status_code == 404
    assert sign_in(vera).post(url, data).status_code == 403
    assert sign_in(alice).get(url, data).status_code == 200
    record.refresh_from_db()
    assert record.stage.key == "discovery"


def test_it_hides_amounts_from_a_role_without_them(sign_in: Any, alice: Any) -> None:
    grant = {"read": "all", "edit": "all", "hidden": ["amount", "account"]}
    role = CustomRole.objects.create(
        name="Blind",
        created_at=timezone.now(),
        updated_at=timezone.now(),
        definition={"version": 1, "default": grant, "grants": {}, "rights": []},
    )
    alice.role = f"custom:{role.pk}"
    alice.save()
    record = make_opportunity(
        alice, at="quote", amount=Decimal(987654), account=make_account(alice, name="Secret Ltd")
    )
    client = sign_in(alice)
    for path in ("/phases/convert/", f"/opportunities/{record.pk}/"):
        answer = client.get(path)
        html = answer.content.decode()
        assert answer.status_code == 200, path
        assert "988K" not in html
        assert "987654" not in html and "987,654" not in html
        assert "Secret" not in html


def test_it_shows_this_months_outcomes(sign_in: Any, alice: Any, charlie: Any) -> None:
    today = timezone.now()
    make_opportunity(alice, at="won", amount=Decimal(1000), now=today)
    make_opportunity(alice, at="lost", amount=Decimal(20), now=today)
    make_opportunity(alice, at="won", amount=Decimal(5), now=today - timedelta(days=70))
    make_opportunity(charlie, at="won", amount=Decimal(3), now=today)
    html = sign_in(alice).get("/phases/convert/").content.decode()
    won = html.split(f'id="zone-{stage("won").pk}"', 1)[1].split("</section>", 1)[0]
    assert "<div>1</div>" in won
    assert "¥1K" in won or "¥1,000" in won


def test_it_marks_as_stale_what_the_condition_finds(actor: Any, dana: Any, alice: Any) -> None:
    now = timezone.now()
    for days in range(30):
        make_opportunity(
            alice, at="quote", name=f"D{days}", last_contact_at=now - timedelta(days=days)
        )
    found = set(Opportunity.objects.filter(stale_condition(now)).values_list("name", flat=True))
    query = BoardQuery(actor(dana), now, "convert")
    with translation.override("en"):
        pen = CardPen(actor(dana), now)
        marked = {
            row["name"] for row in query.cards(stage("quote").pk) if "Stale" in pen.draw([row])
        }
    assert found == marked
    assert 0 < len(found) < 30


def test_it_moves_many_with_one_undo(
    sign_in: Any, alice: Any, charlie: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = [make_opportunity(alice, at="discovery") for _ in range(3)]
    foreign = make_opportunity(charlie, at="discovery")
    client = sign_in(alice)
    ids = [record.pk for record in [*mine, foreign]]
    asked = client.post("/opportunities/bulk-move/", {"ids": ids}).content.decode()
    assert "Move 3 opportunities" in asked
    why = client.post("/opportunities/bulk-move/", {"ids": ids, "stage": stage("lost").pk})
    assert "<optgroup" in why.content.decode()
    data = {"ids": ids, "stage": stage("lost").pk, "reason": reason("poor_fit").pk, "go": "1"}
    assert client.post("/opportunities/bulk-move/", data).status_code == 302
    stages = Opportunity.objects.filter(pk__in=ids).values_list("pk", "stage__key")
    assert dict(stages) == {**{r.pk: "lost" for r in mine}, foreign.pk: "discovery"}
    client.post("/undo/last/")
    assert set(Opportunity.objects.filter(pk__in=ids).values_list("stage__key", flat=True)) == {
        "discovery"
    }
    monkeypatch.setattr("shangji.core.opportunities.pages.bulk.PREVIEW_ABOVE", 2)
    monkeypatch.setattr("shangji.core.opportunities.pages.bulk.SAMPLE", 2)
    wide = client.post("/opportunities/bulk-move/", {"ids": ids, "stage": stage("quote").pk})
    text = wide.content.decode()
    assert text.count('<span class="ink-3">Discovery</span>') == 2 and "3 in all" in text
    assert not Opportunity.objects.filter(stage=stage("quote")).exists()
    data = {"ids": ids, "stage": stage("quote").pk, "go": "1"}
    assert client.post("/opportunities/bulk-move/", data).status_code == 302
    assert Opportunity.objects.filter(stage=stage("quote")).count() == 3


def test_it_sets_the_next_step_of_many(sign_in: Any, alice: Any) -> None:
    mine = [make_opportunity(alice, at="discovery", next_step="") for _ in range(2)]
    data = {"ids": [r.pk for r in mine], "go": "1", "next_step": "Call", "next_step_on": ""}
    client = sign_in(alice)
    assert client.post("/opportunities/bulk-step/", data).status_code == 400
    data["next_step_on"] = "2026-12-01"
    assert client.post("/opportunities/bulk-step/", data).status_code == 302
    assert set(
        Opportunity.objects.filter(pk__in=data["ids"]).values_list("next_step", flat=True)
    ) == {"Call"}


def test_a_next_step_that_changed_after_it_was_shown_stays(
    sign_in: Any, alice: Any, actor: Any, now: Any
) -> None:
    one, other = (make_opportunity(alice, next_step=text) for text in ("Ask Ann", ""))
    data = {"ids": [one.pk, other.pk], "go": "", "next_step": "Call", "next_step_on": "2026-12-01"}
    client = sign_in(alice)
    asked = client.post("/opportunities/bulk-step/", data).content.decode()
    assert "Ask Ann" in asked and f'value="{one.pk}:{one.version}"' in asked
    edit_opportunity(actor=actor(alice), record=one, values={"next_step": "Ask Ben"}, now=now)
    seen = [f"{row.pk}:{row.version}" for row in (one, other)]
    client.post("/opportunities/bulk-step/", {**data, "go": "1", "seen": seen})
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.next_step, other.next_step) == ("Ask Ben", "Call")


def test_it_is_filtered_by_chips_and_groups_like_a_list(sign_in: Any, alice: Any) -> None:
    for name in ("MES", "WMS", "LIS"):
        make_opportunity(alice, at="quote", name=name)
    client = sign_in(alice)
    either = "f=any(name.has.MES)(name.has.WMS)"
    html = client.get(f"/phases/convert/?{either}&edit=1&sort=amount").content.decode()
    assert set(names(html, stage("quote").pk)) == {"MES", "WMS"}
    assert 'id="filter-panel"' in html
    assert "Match any" in html
    form = client.get("/phases/convert/?filter=amount", headers={"HX-Request": "true"})
    assert b'action="/phases/convert/"' in form.content
    added = client.get(f"/phases/convert/?{either}&sort=amount&add=amount&op=gte&value=5")
    assert added["Location"].startswith("/phases/convert/?f=any")
    assert added["Location"].endswith("f=amount.gte.5&sort=amount")
    refused = client.get("/phases/convert/?add=amount&op=gte&value=much")
    assert refused.status_code == 400
    assert b'role="alert"' in refused.content
