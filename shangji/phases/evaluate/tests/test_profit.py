"""Forecasts by page and action: the golden flow, scenarios, risks, what cannot be."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.lib.errors import Conflict, Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.profit import (
    Scenario,
    choose_main,
    delete_forecast,
    recalculate,
    save_forecast,
)
from shangji.phases.evaluate.factories import make_risk
from shangji.phases.evaluate.forms.profit import read_grid, scenario_of
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.queries.profit import decision_line, is_stale
from shangji.phases.evaluate.rules.cash_plan import Line, Plan
from shangji.phases.evaluate.rules.uncertainty import Input, Uncertainty
from shangji.records.actions import delete_record, edit_record, restore_record

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def scenario(*values: int, **more: Any) -> Scenario:
    row: dict[str, Any] = {
        "name": "As planned",
        "currency": "CNY",
        "period": "year",
        "starts_on": date(2026, 12, 1),
        "discount_rate": Decimal(10),
        "tax_rate": Decimal(0),
        "with_risks": True,
        "plan": Plan((Line("Net", "income", tuple(Decimal(v) for v in values)),)),
        "uncertainty": Uncertainty(),
    }
    return Scenario(**(row | more))


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    return make_opportunity(alice, at="assessing")


def saved(actor: Any, deal: Opportunity, *values: int, **more: Any) -> ProfitForecast:
    made = save_forecast(actor=actor, opportunity=deal, scenario=scenario(*values, **more), now=NOW)
    made.refresh_from_db()
    return made


def last() -> Operation:
    found = Operation.objects.order_by("-id").first()
    assert found is not None
    return found


def test_the_golden_flow_is_worked_out(alice: Any, actor: Any, deal: Opportunity) -> None:
    made = saved(actor(alice), deal, -100, 39, 59, 55, 20)
    found = made.result
    assert made.npv == Decimal("39.20")
    assert found["npv"] == pytest.approx(39.197459, abs=1e-6)
    assert found["irr"] == {"kind": "single", "rate": pytest.approx(0.2809484, abs=1e-6)}
    assert found["payback"] == pytest.approx(2.0363636, abs=1e-6)
    assert found["discounted_payback"] == pytest.approx(2.382, abs=5e-4)
    assert found["simulation"] is None
    assert made.is_main


def test_two_roots_are_said_and_none_chosen(alice: Any, actor: Any, deal: Opportunity) -> None:
    found = saved(actor(alice), deal, -100, 230, -132).result
    assert found["irr"] == {"kind": "several", "rate": None}
    assert found["roots"] == pytest.approx([0.10, 0.20], abs=5e-3)
    assert found["mirr"] == pytest.approx(0.10, abs=1e-9)
    assert saved(actor(alice), deal, 10, 20).result["irr"]["kind"] == "none"


def test_days_of_their_own_give_xnpv(alice: Any, actor: Any, deal: Opportunity) -> None:
    days = (date(2026, 1, 1), date(2026, 7, 2), date(2027, 7, 2))
    values = tuple(Decimal(v) for v in (-1000, 600, 600))
    plan = Plan((Line("Net", "income", values),), days)
    made = saved(actor(alice), deal, period="dates", plan=plan)
    expected = -1000 + 600 / 1.1 ** (182 / 365) + 600 / 1.1 ** (547 / 365)
    assert made.result["npv"] == pytest.approx(expected, abs=1e-6)
    assert made.result["irr"]["rate"] == pytest.approx(0.2044, abs=5e-3)
    with pytest.raises(Invalid, match="rise"):
        saved(actor(alice), deal, period="dates", plan=Plan(plan.lines, days[::-1]))


def test_risks_are_counted_in_and_grow_old(alice: Any, actor: Any, deal: Opportunity) -> None:
    make_risk(alice, opportunity=deal, chance=50, loss=20)
    made = saved(actor(alice), deal, -100, 60, 90)
    # 10 of expected loss over three years: 3.34 + 3.33 / 1.1 + 3.33 / 1.21
    before = -100 + 60 / 1.1 + 90 / 1.21
    assert made.result["npv"] == pytest.approx(before - 3.34 - 3.33 / 1.1 - 3.33 / 1.21)
    assert made.result["simulation"]["loss_share"] == 0
    assert not is_stale(made, NOW)
    make_risk(alice, opportunity=deal, chance=10, loss=1000)
    assert is_stale(made, NOW)
    recalculate(actor=actor(alice), forecast=made, now=NOW)
    made.refresh_from_db()
    assert not is_stale(made, NOW)
    assert made.result["expected_risks"] == "110.00"


def test_undo_works_out_what_was_before(alice: Any, actor: Any, deal: Opportunity) -> None:
    made = saved(actor(alice), deal, -100, 200)
    better = scenario(-100, 300)
    save_forecast(actor=actor(alice), opportunity=deal, scenario=better, forecast=made, now=NOW)
    made.refresh_from_db()
    assert made.npv == Decimal("172.73")
    undo_operation(actor=actor(alice), target=last(), now=NOW)
    made.refresh_from_db()
    assert made.npv == Decimal("81.82")


def test_scenarios_are_kept_and_one_counts(alice: Any, actor: Any, deal: Opportunity) -> None:
    me = actor(alice)
    first, second = saved(me, deal, -100, 200), saved(me, deal, -100, 90, name="Worst")
    assert not second.is_main
    choose_main(actor=me, forecast=second, now=NOW)
    line = decision_line(me, deal, NOW)
    assert line is not None
    assert line.tone == "bad"
    delete_forecast(actor=me, forecast=second, now=NOW)
    first.refresh_from_db()
    assert first.is_main
    undo_operation(actor=me, target=last(), now=NOW)
    second.refresh_from_db()
    assert (second.is_main, second.deleted_at) == (True, None)


def test_people_and_versions(
    alice: Any, charlie: Any, vera: Any, actor: Any, deal: Opportunity
) -> None:
    made = saved(actor(alice), deal, -100, 200)
    with pytest.raises(NotFound):
        saved(actor(charlie), deal, 1)
    with pytest.raises(Forbidden):
        saved(actor(vera), deal, 1)
    for name, version in (("Other", 1), ("Mine", 1)):
        try:
            save_forecast(
                actor=actor(alice),
                opportunity=deal,
                scenario=scenario(-100, 200, name=name),
                forecast=made,
                version=version,
                now=NOW,
            )
        except Conflict:
            assert name == "Mine"
            return
    pytest.fail("two people saved the same field")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"name": " "}, "name"),
        ({"currency": "XXX"}, "currency"),
        ({"discount_rate": Decimal(-100)}, "discount_rate"),
        ({"tax_rate": Decimal(101)}, "tax_rate"),
        ({"plan": Plan(())}, "plan"),
        ({"uncertainty": Uncertainty((Input(0, "pert", 9, 5, 1),))}, "simulation"),
    ],
)
def test_what_does_not_hold_is_named(
    change: dict[str, Any], key: str, alice: Any, actor: Any, deal: Opportunity
) -> None:
    with pytest.raises(Invalid) as problem:
        saved(actor(alice), deal, -1, 2, **change)
    assert set(problem.value.errors) == {key}


# ------------------------------------------------------------------------------------- pages


def posted(**more: str) -> dict[str, str]:
    """A table of two lines over three months."""
    data = {
        "name": "As planned",
        "currency": "CNY",
        "period": "month",
        "starts_on": "2026-12-01",
        "discount_rate": "10",
        "tax_rate": "25",
        "rows": "2",
        "periods": "3",
        "label-0": "Sales",
        "kind-0": "income",
        "cell-0-0": "1.2万",
        "cell-0-2": "6,000",
        "label-1": "Staff",
        "kind-1": "cost",
        "cell-1-1": "3000",
        "dist-0": "pert",
        "low-0": "70",
        "mode-0": "100",
        "high-0": "115",
        "dist-1": "discrete",
        "points-1": "100:60，130:40",
        "pair-a-0": "0",
        "pair-b-0": "1",
        "pair-r-0": "-0.3",
    }
    return data | more


def test_a_table_is_saved_by_page(alice: Any, sign_in: Any, deal: Opportunity) -> None:
    client, url = sign_in(alice), f"/opportunities/{deal.pk}/evaluate/profit/"
    page = client.get(url).content.decode()
    assert 'name="cell-1-11"' in page
    assert client.post(f"{url}?new=1", posted()).status_code == 302
    made = ProfitForecast.objects.get()
    assert made.plan["lines"][0]["values"] == ["12000", "0", "6000"]
    assert made.result["simulation"]["draws"] == 20_000
    page = client.get(url).content.decode()
    assert "Probability of loss" in page
    assert "What moves it most" in page
    assert client.post(f"{url}?scenario={made.pk}", posted(name="B", do="copy")).status_code == 302
    assert ProfitForecast.objects.filter(is_main=True).get() == made


def test_the_table_grows_without_script(alice: Any, sign_in: Any, deal: Opportunity) -> None:
    client, url = sign_in(alice), f"/opportunities/{deal.pk}/evaluate/profit/?new=1"
    page = client.post(url, posted(do="line")).content.decode()
    assert 'name="label-2"' in page
    page = client.post(url, posted(do="periods", want_periods="5")).content.decode()
    assert 'name="cell-0-4"' in page
    pasted = "Licences\tincome\t100\t200\nStaff\t-50\t-60\t-70\n"
    page = client.post(url, posted(do="paste", paste=pasted)).content.decode()
    assert 'value="Licences"' in page
    assert 'value="70"' in page
    assert not ProfitForecast.objects.exists()


def test_wrong_cells_are_named_and_kept(alice: Any, sign_in: Any, deal: Opportunity) -> None:
    client, url = sign_in(alice), f"/opportunities/{deal.pk}/evaluate/profit/?new=1"
    answer = client.post(url, posted(**{"cell-1-1": "many", "low-0": "x"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2, period 2" in page
    assert 'value="many"' in page
    assert "is not a number" in page


def test_a_reader_sees_figures_and_no_form(
    alice: Any, vera: Any, sign_in: Any, actor: Any, deal: Opportunity
) -> None:
    made = saved(actor(alice), deal, -100, 230, -132)
    client, url = sign_in(vera), f"/opportunities/{deal.pk}/evaluate/profit/"
    page = client.get(url).content.decode()
    assert "no single IRR is shown" in page
    assert 'name="cell-0-0"' not in page
    assert client.post(url, posted()).status_code == 403
    for verb in ("main", "anew", "delete"):
        assert client.post(f"/forecasts/{made.pk}/{verb}/").status_code == 403


def test_blank_rows_are_left_out() -> None:
    data = QueryDict(mutable=True)
    data.update(posted(rows="4", **{"label-3": "Licence", "cell-3-0": "5", "dist-3": "pert"}))
    found = scenario_of(read_grid(data))
    assert found is not None
    assert [one.label for one in found.plan.lines] == ["Sales", "Staff", "Licence"]
    assert [one.line for one in found.uncertainty.inputs] == [0, 1, 2]


def test_the_bin_takes_and_gives_back_scenarios_with_one_main_one(
    alice: Any, actor: Any, deal: Opportunity
) -> None:
    first, second = saved(actor(alice), deal, -100, 120), saved(actor(alice), deal, -100, 130)

    def mains() -> list[int]:
        rows = ProfitForecast.objects.alive().filter(opportunity=deal, is_main=True)
        return list(rows.values_list("pk", flat=True))

    delete_record(actor=actor(alice), record=first, now=NOW)
    assert mains() == [second.pk]
    first.refresh_from_db()
    restore_record(actor=actor(alice), record=first, now=NOW)
    assert mains() == [second.pk]
    delete_record(actor=actor(alice), record=second, now=NOW)
    assert mains() == [first.pk]
    undo_operation(actor=actor(alice), target=last(), now=NOW)
    assert mains() == [second.pk]


def test_another_rate_in_the_list_works_it_out_anew(
    alice: Any, actor: Any, deal: Opportunity
) -> None:
    row = saved(actor(alice), deal, -100, 121)
    edit_record(actor=actor(alice), record=row, values={"discount_rate": Decimal(0)}, now=NOW)
    row.refresh_from_db()
    assert row.npv == 21
    with pytest.raises(Invalid) as problem:
        edit_record(actor=actor(alice), record=row, values={"tax_rate": Decimal(101)}, now=NOW)
    assert "tax_rate" in problem.value.errors


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_forecast_begins_in_a_year_that_can_be(
    alice: Any, actor: Any, deal: Opportunity, year: int
) -> None:
    with pytest.raises(Invalid) as problem:
        saved(actor(alice), deal, -100, 120, starts_on=date(year, 12, 31))
    assert problem.value.errors == {"starts_on": ["Should be between 2000 and 2100."]}


def test_a_fault_stands_beside_its_field(alice: Any, deal: Opportunity, sign_in: Any) -> None:
    answer = sign_in(alice).post(
        f"/opportunities/{deal.pk}/evaluate/profit/?new=1",
        {
            "name": "X", "currency": "CNY", "period": "month", "starts_on": "9999-12-31",
            "discount_rate": "1e9", "rows": "1", "periods": "1", "label-0": "A",
            "kind-0": "income", "cell-0-0": "1", "do": "save",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.search(r'id="f-rate-note"[^>]*>Above −100', page)
    assert re.search(r'id="f-start-note"[^>]*>Should be between', page)
    assert "error-list" not in page
