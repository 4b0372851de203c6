"""Assessments and profit forecasts from a sheet and back: by the actions, with their rules."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.phases.evaluate.models import Assessment, ProfitForecast, Standing
from shangji.phases.evaluate.queries.scoring import current_assessments
from shangji.records.imports import actions
from shangji.records.imports.models import Import

Bring = Callable[..., Import]
As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def mapped(record_type: str, header: str, **more: Any) -> dict[str, Any]:
    keys = header.split(",")
    return {"type": record_type, "columns": [{"header": k, "field": k} for k in keys], **more}


def causes(run: Import) -> list[tuple[int, str, str]]:
    return [(one.line, head, text) for one in run.failures.all() for head, text in one.causes]


def export(client: Client, slug: str, columns: str, form: str = "csv") -> bytes:
    answer: Any = client.get(f"/{slug}/export/?columns={columns}&format={form}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def comes_back(actor: Actor, content: bytes, record_type: str, now: datetime) -> dict[str, Any]:
    """What a trial says of an own export, its mapping guessed."""
    run = actions.bring_file(
        actor=actor, chunks=[content], name="own.csv", record_type=record_type, now=now
    )
    return actions.try_import(actor=actor, run=run, now=now)


@pytest.fixture
def deal(alice: User) -> Opportunity:
    return make_opportunity(alice, name="MES", at="assessing")


# ---------------------------------------------------------------------------------- assessments

ANSWERED = (
    "Opportunity,Scorecard,Urgency,Urgency: evidence,Budget and ability to pay,Remark,Rated at\n"
    "MES,经典四项,8,shutdown in May <https://example.com/m>,6,good,2026-11-20\n"
    "MES,Four criteria,9,,,older,2026-11-01\n"
)


def test_it_brings_assessments_by_the_names_of_criteria(
    alice: User, deal: Opportunity, actor: As, sign_in: SignIn, now: datetime
) -> None:
    own = actor(alice)
    run = actions.bring_file(
        actor=own, chunks=[ANSWERED.encode()], name="a.csv", record_type="assessment", now=now
    )
    told = actions.try_import(actor=own, run=run, now=now)
    assert [one["what"] for one in told["examples"]["created"]] == ["MES", "MES"]
    actions.begin(actor=own, run=run, now=now)
    run = actions.run_import(actor=own, run=run, now=now)
    assert (run.created, causes(run)) == (2, [])
    newest = Assessment.objects.get(note="good")
    assert newest.answers["answers"]["urgency"] == {
        "value": "8",
        "text": "shutdown in May",
        "link": "https://example.com/m",
    }
    assert (newest.rater_id, newest.scorecard_version.number) == (alice.pk, 1)
    # what was said later counts, in whatever order the rows stand
    counted = current_assessments(newest.scorecard_id, [deal.pk])
    assert [row[2] for row in counted] == [newest.pk]
    assert Standing.objects.get(opportunity=deal).score is not None

    client = sign_in(alice)
    for form in ("csv", "xlsx"):
        content = export(client, "assessments", "name,scorecard,number,rater,answers,note", form)
        told = comes_back(own, content, "assessment", now)
        assert (told["unchanged"], told["failed"]) == (2, 0), told["causes"]
    page = client.get("/assessments/").content.decode()
    assert "Urgency 8" in page
    assert "/assessments/import/" in page

    actions.undo_import(actor=own, run=run, now=now)
    assert not Assessment.objects.alive().exists()
    assert Standing.objects.get(opportunity=deal).score is None


def test_it_names_what_is_wrong_with_an_assessment(
    bring: Bring, alice: User, bob: User, dana: User, deal: Opportunity, actor: As, now: datetime
) -> None:
    bring(ANSWERED.splitlines()[0].replace(": evidence", " e") + "\nMES,,8,,,,", {
        "type": "assessment",
        "columns": [
            {"header": "Opportunity", "field": "opportunity"},
            {"header": "Urgency", "field": "answers.urgency"},
        ],
    }, actor(alice))  # fmt: skip
    kept = Assessment.objects.get()
    header = "id,opportunity,scorecard,number,rater,answers.urgency,rated_at"
    rows = (
        ",MES,,,,12,",
        ",MES,,7,,5,",
        ",MES,,,Bob,5,",
        ",MES,,,,,",
        ",MES,,,,5,2027-01-01",
        ",Elsewhere,,,,5,",
        f"{kept.pk},MES,,,,3,",
    )
    document = mapped("assessment", header, match=["id"])
    run = bring("\n".join((header, *rows)), document, actor(alice))
    told = {line: f"{head}: {text}" for line, head, text in causes(run)}
    assert run.created == 0
    assert "answers.urgency: Between 0 and 10" in told[2]
    assert "number: This scorecard has no version 7" in told[3]
    assert "rater: Only an administrator" in told[4]
    assert "Answer at least one" in told[5]
    assert "rated_at: Should not lie in the future" in told[6]
    assert "opportunity: “Elsewhere” was not found" in told[7]
    assert "answers.urgency: An assessment is never edited" in told[8]
    # an administrator does bring in what Bob said
    run = bring("\n".join((header, rows[2])), document, actor(dana))
    assert Assessment.objects.get(rater=bob).created_by_id == dana.pk


# ------------------------------------------------------------------------------------- forecasts

FORECAST = (
    "Opportunity,Scenario,Period,First period begins,Discount rate,Cash flow,Uncertainty\n"
    'MES,As planned,Year,2027-01-01,10,"收入 Licences: 0; 390; 590\n'
    'Cost Rollout: 500; 40 ×2","Licences: PERT 80, 100, 120"\n'
    'MES,Careful,Year,2027-01-01,10,"Income Licences: 0; 300; 500\n'
    'Cost Rollout: 500; 40; 40","Licences: PERT 80, 100, 120"\n'
)


def test_it_brings_forecasts_and_works_them_out(
    alice: User, deal: Opportunity, actor: As, sign_in: SignIn, now: datetime
) -> None:
    own, client = actor(alice), sign_in(alice)
    run = actions.bring_file(
        actor=own, chunks=[FORECAST.encode()], name="f.csv", record_type="profit_forecast", now=now
    )
    actions.begin(actor=own, run=run, now=now)
    run = actions.run_import(actor=own, run=run, now=now)
    assert (run.created, causes(run)) == (2, [])
    first, second = ProfitForecast.objects.order_by("pk")
    assert (first.is_main, second.is_main) == (True, False)
    assert first.npv == Decimal("272.73")
    assert first.result["simulation"]["draws"] == 20_000
    assert (first.currency, first.starts_on) == (deal.currency, date(2027, 1, 1))

    columns = (
        "name,opportunity,is_main,currency,period,starts_on,discount_rate,tax_rate,lines,unsure"
        f"&ids={first.pk},{second.pk}"
    )
    for form in ("csv", "xlsx"):
        content_of = export(client, "profit-forecasts", columns, form)
        told = comes_back(own, content_of, "profit_forecast", now)
        assert (told["unchanged"], told["failed"]) == (2, 0), told["causes"]
    # mended in the file: another main one, another amount
    mended = export(client, "profit-forecasts", columns).decode()
    assert "Income Licences: 0; 300; 500" in mended
    mended = mended.replace("0; 300; 500", "0; 900; 900").replace("FALSE", "是")
    mended = mended.replace("TRUE", "")
    again = actions.bring_file(
        actor=own, chunks=[mended.encode()], name="f.csv", record_type="profit_forecast", now=now
    )
    actions.begin(actor=own, run=again, now=now)
    again = actions.run_import(actor=own, run=again, now=now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_main, second.is_main) == (False, True)
    assert second.npv and second.npv > 500
    actions.undo_import(actor=own, run=again, now=now)
    second.refresh_from_db()
    assert not second.is_main


def test_it_names_what_is_wrong_with_a_forecast(
    bring: Bring, alice: User, deal: Opportunity, actor: As
) -> None:
    header = "name,opportunity,period,starts_on,currency,tax_rate,lines,unsure,together"
    rows = (
        "A,MES,month,2027-01-01,CNY,0,Licences 5,,",
        "B,MES,month,2027-01-01,XXX,0,Income L: 5,,",
        "C,MES,month,,CNY,0,Income L: 5,,",
        "D,MES,month,2027-01-01,CNY,120,Income L: 5,,",
        "E,MES,month,2027-01-01,CNY,0,Income L: 5,Else: 90:1,",
        "F,MES,month,2027-01-01,CNY,0,,,",
        'G,MES,month,2027-01-01,CNY,0,Income L: 5,"L: PERT 120, 100, 90",',
    )
    run = bring("\n".join((header, *rows)), mapped("profit_forecast", header), actor(alice))
    told = {line: f"{head}: {text}" for line, head, text in causes(run)}
    assert run.created == 0
    assert "lines: Line 1 should read" in told[2]
    assert "currency: There is no currency" in told[3]
    assert "starts_on: Say when" in told[4]
    assert "tax_rate: 0 to 100" in told[5]
    assert "unsure: There is no line “Else”" in told[6]
    assert "lines: This is needed" in told[7]
    assert "unsure: “L”: lowest" in told[8]
