"""The main job (issue section 6): on small samples always, on the full public files where they
are. Every figure of the samples can be counted by hand in tests/data."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import translation

from shangji.core.accounts.models import Account
from shangji.core.channels.models import Touch
from shangji.core.opportunities.models import Opportunity, OpportunityLine, StageMove
from shangji.foundation.access.actor import system_actor
from shangji.foundation.people.models import Team, User
from shangji.insights.queries.results import results
from shangji.insights.rules import Line
from shangji.lib.tests.shared import shared_file
from shangji.records.imports import actions
from shangji.records.imports.models import Import
from tests.imports.conftest import DATA, ROOT

Bring = Callable[..., Import]
MAVEN = ("teams", "products", "accounts", "pipeline")
FULL = {
    "teams": "maven_crm_sales/sales_teams.csv",
    "products": "maven_crm_sales/products.csv",
    "accounts": "maven_crm_sales/accounts.csv",
    "pipeline": "maven_crm_sales/sales_pipeline.csv",
    "leads": "olist_funnel/olist_marketing_qualified_leads_dataset.csv",
    "deals": "olist_funnel/olist_closed_deals_dataset.csv",
}


def mapping(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "mappings" / f"{name}.json").read_text("utf-8"))
    return found


def cut(by: str) -> tuple[dict[str, Line], Line]:
    with translation.override("en"):
        lines, total = results(system_actor(), by=by)
    return {line.label: line for line in lines}, total


def no_gaps() -> None:
    """Each decided deal has two stays that meet; each open one has one."""
    decided = Opportunity.objects.exclude(status="open").count()
    assert StageMove.objects.count() == Opportunity.objects.count() + decided
    ends = StageMove.objects.filter(left_at__isnull=False)
    assert ends.count() == decided
    assert not ends.filter(left_at__lt=F("entered_at")).exists()
    assert (
        not StageMove.objects.filter(left_at=None)
        .exclude(stage_id=F("opportunity__stage_id"), entered_at=F("opportunity__stage_entered_at"))
        .exists()
    )


@pytest.fixture
def maven(bring: Bring) -> dict[str, Import]:
    return {key: bring(DATA / f"sample_{key}.csv", mapping(f"maven-{key}")) for key in MAVEN}


def test_it_brings_the_sample_in_without_a_failing_row(maven: dict[str, Import]) -> None:
    assert {key: (run.created, run.failed) for key, run in maven.items()} == {
        "teams": (6, 0),
        "products": (3, 0),
        "accounts": (4, 0),
        "pipeline": (60, 0),
    }


def test_it_shows_what_can_be_counted_in_the_sample(maven: dict[str, Import]) -> None:
    regions, total = cut("region")
    assert (total.closed, total.won, total.open) == (36, 27, 24)
    assert total.value == {"USD": Decimal(282159)}
    assert {key: line.value["USD"] for key, line in regions.items()} == {
        "Central": 17529,
        "East": 157665,
        "West": 106965,
    }
    products, _total = cut("product")
    assert {key: (one.closed, one.won, one.value["USD"]) for key, one in products.items()} == {
        "GTX Basic": (12, 9, 4653),
        "GTX Pro": (12, 9, 43353),
        "GTK 500": (12, 9, 234153),
    }
    quarters, _total = cut("quarter")
    assert {key: one.value["USD"] for key, one in quarters.items()} == {
        "2017 Q1": 88626,
        "2017 Q2": 67491,
        "2017 Q3": 63256,
        "2017 Q4": 62786,
    }
    no_gaps()


def test_it_makes_the_team_tree_of_people_who_cannot_sign_in(maven: dict[str, Import]) -> None:
    ada = User.objects.get(name="Ada Quill")
    assert not ada.is_active and ada.email.endswith(".invalid") and not ada.has_usable_password()
    assert ada.team is not None and ada.team.leader is not None and ada.team.parent is not None
    assert (ada.team.leader.name, ada.team.parent.name) == ("Ruth Marlow", "Central")
    assert Team.objects.count() == 6
    assert User.objects.count() == 9


def test_it_reads_the_quirks_of_accounts(maven: dict[str, Import]) -> None:
    sable = Account.objects.get(name="Sable Foods")
    assert sable.parent is not None and sable.parent.name == "Harbor Group"
    northwind = Account.objects.get(name="Northwind Labs")
    assert northwind.industry == "technology"
    assert northwind.revenue == Decimal("1100040000")
    assert Account.objects.get(name="Harbor Group").country == "Philippines"


def test_a_rep_reads_whom_own_deals_are_with(
    bring: Bring, dana: User, actor: Any, sign_in: Any
) -> None:
    """The accounts come in as the importer's; each has deals of several people."""
    for key in MAVEN:
        bring(DATA / f"sample_{key}.csv", mapping(f"maven-{key}"), actor(dana))
    assert set(Account.objects.values_list("owner__name", flat=True)) == {"Dana"}
    ada = User.objects.get(name="Ada Quill")
    User.objects.filter(pk=ada.pk).update(is_active=True, role="rep")
    mine = Opportunity.objects.filter(owner=ada).exclude(account=None)
    names = set(mine.values_list("account__name", flat=True))
    assert names
    page = sign_in(ada).get("/opportunities/?view=all").content.decode()
    assert all(name in page for name in names)
    assert "Not yours to see" not in page
    one = mine.first()
    assert one is not None and one.account is not None
    page = sign_in(ada).get(f"/opportunities/{one.pk}/").content.decode()
    assert one.account.name in page and "Not yours to see" not in page
    assert sign_in(ada).get(f"/accounts/{one.account_id}/").status_code == 404


def test_it_lists_rows_without_account_as_such(maven: dict[str, Import]) -> None:
    assert Opportunity.objects.filter(account=None).count() == 16
    assert maven["pipeline"].report["result"]["account"]["empty"] == 16
    assert not OpportunityLine.objects.filter(opportunity__status="open").exclude(total=0).exists()


def test_it_asks_for_a_word_where_a_name_is_unknown(bring: Bring, now: Any) -> None:
    bring(DATA / "sample_teams.csv", mapping("maven-teams"))
    bring(DATA / "sample_products.csv", mapping("maven-products"))
    bring(DATA / "sample_accounts.csv", mapping("maven-accounts"))
    document = mapping("maven-pipeline")
    for column in document["columns"]:
        if column["header"] == "product":
            del column["values"]
    run = bring(DATA / "sample_pipeline.csv", document)
    assert (run.created, run.failed) == (40, 20)
    assert run.report["result"]["product"]["unknown"] == {"GTXPro": 20}
    assert {one.causes[0][0] for one in run.failures.all()} == {"product"}
    # mended: the rows that came in are known again by their id
    second = bring(DATA / "sample_pipeline.csv", mapping("maven-pipeline"), again=True)
    assert (second.created, second.updated, second.unchanged) == (20, 0, 40)


def test_it_wins_leads_by_a_second_file(bring: Bring) -> None:
    leads = bring(DATA / "sample_leads.csv", mapping("olist-leads"))
    deals = bring(DATA / "sample_deals.csv", mapping("olist-deals"))
    assert (leads.created, deals.updated, deals.failed) == (60, 12, 0)
    channels, total = cut("channel")
    assert (total.total, total.won) == (60, 12)
    assert {key: (one.total, one.won) for key, one in channels.items()} == {
        "Organic search": (10, 2),
        "Paid search": (10, 2),
        "Social": (10, 2),
        "Unknown": (10, 2),
        "Email marketing": (10, 2),
        "No channel": (10, 2),
    }
    first = Opportunity.objects.get(external_id=f"{0:032x}")
    assert first.first_touch is not None and first.first_touch.source == "organic_search"
    assert first.closed_on is not None and first.closed_on.isoformat() == "2018-02-01"
    assert Touch.objects.count() == 60
    no_gaps()


def test_it_is_taken_back_whole(maven: dict[str, Import], now: Any) -> None:
    for key in reversed(MAVEN):
        report = actions.undo_import(actor=system_actor(), run=maven[key], now=now)
        assert report.left == []
    assert not Opportunity.objects.alive().exists()
    assert not Account.objects.alive().exists()
    assert not User.objects.filter(deleted_at=None).exists()
    _lines, total = cut("region")
    assert total.total == 0


@pytest.mark.shared_data
@pytest.mark.slow
def test_it_shows_the_known_figures_of_the_full_pipeline(bring: Bring) -> None:
    runs = {key: bring(_full(key), mapping(f"maven-{key}")) for key in MAVEN}
    assert {key: (run.created, run.failed) for key, run in runs.items()} == {
        "teams": (35, 0),
        "products": (7, 0),
        "accounts": (85, 0),
        "pipeline": (8800, 0),
    }
    regions, total = cut("region")
    assert (total.closed, total.won) == (6711, 4238)
    assert total.share is not None and round(total.share.share, 4) == 0.6315
    assert total.value == {"USD": Decimal(10_005_534)}
    assert {k: (one.closed, one.value["USD"]) for k, one in regions.items()} == {
        "Central": (2604, 3_346_293),
        "East": (1858, 3_090_594),
        "West": (2249, 3_568_647),
    }
    products, _total = cut("product")
    assert (products["GTK 500"].closed, products["GTK 500"].value["USD"]) == (25, 400_612)
    assert products["MG Special"].value["USD"] == 43_768
    quarters, _total = cut("quarter")
    assert {k: (one.closed, one.won, one.value["USD"]) for k, one in quarters.items()} == {
        "2017 Q1": (647, 531, 1_134_672),
        "2017 Q2": (2032, 1254, 3_086_111),
        "2017 Q3": (2047, 1257, 2_982_255),
        "2017 Q4": (1985, 1196, 2_802_496),
    }
    assert Opportunity.objects.filter(account=None).count() == 1425
    no_gaps()


@pytest.mark.shared_data
@pytest.mark.slow
def test_it_shows_the_known_funnel_by_origin(bring: Bring) -> None:
    leads = bring(_full("leads"), mapping("olist-leads"))
    deals = bring(_full("deals"), mapping("olist-deals"))
    assert (leads.created, deals.updated, leads.failed + deals.failed) == (8000, 842, 0)
    channels, total = cut("channel")
    assert (total.total, total.won) == (8000, 842)
    assert {key: (one.total, one.won) for key, one in channels.items()} == {
        "Organic search": (2296, 271),
        "Paid search": (1586, 195),
        "Social": (1350, 75),
        "Unknown": (1099, 179),
        "Direct traffic": (499, 56),
        "Email marketing": (493, 15),
        "Customer referral": (284, 24),
        "Other": (150, 4),
        "Display": (118, 6),
        "Other publicities": (65, 3),
        "No channel": (60, 14),
    }


def _full(key: str) -> Path:
    return shared_file(FULL[key])
