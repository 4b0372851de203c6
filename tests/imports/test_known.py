"""Exports of other systems: recognised by their headers, mapped to the right values."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from shangji.core.accounts.models import Account
from shangji.core.activities.models import Activity
from shangji.core.contacts.models import Contact, ContactPoint
from shangji.core.opportunities.models import Opportunity, OpportunityPerson, StageMove
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.lib.foreign_ids import foreign_id
from shangji.lib.sheets import open_sheet
from shangji.records.imports import actions
from shangji.records.imports.known import known_sheets, recognise
from shangji.records.imports.mapping import dump, load
from shangji.records.imports.models import Import
from shangji.records.imports.targets import import_fields, rows_of

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "exports"
pytestmark = pytest.mark.django_db

As = Callable[[User], Actor]
Take = Callable[..., Import]


@pytest.fixture
def take(dana: User, actor: As, now: datetime) -> Take:
    """`take("hubspot_deals.csv")`: bring a file and run it as it was recognised."""

    def run(name: str, record_type: str = "", who: User = dana) -> Import:
        own = actor(who)
        content = (SAMPLES / name).read_bytes()
        found = actions.bring_file(
            actor=own, chunks=[content], name=name, record_type=record_type, now=now
        )
        actions.begin(actor=own, run=found, now=now)
        return actions.run_import(actor=own, run=found, now=now)

    return run


def failures(run: Import) -> list[Any]:
    return [one.causes for one in run.failures.all()]


FILES = {
    "salesforce_accounts.csv": "salesforce.account",
    "salesforce_contacts.csv": "salesforce.contact",
    "salesforce_opportunities.csv": "salesforce.opportunity",
    "salesforce_tasks.csv": "salesforce.task",
    "salesforce_report.csv": "salesforce.report",
    "hubspot_deals.csv": "hubspot.deal",
    "hubspot_contacts.csv": "hubspot.contact",
    "hubspot_companies.csv": "hubspot.company",
    "odoo_labels.csv": "odoo.labels",
    "odoo_technical.csv": "odoo.technical",
    "twenty_opportunities.csv": "twenty.opportunity",
    "espocrm_opportunities.csv": "espocrm.opportunity",
    "suitecrm_opportunities.csv": "suitecrm.opportunity",
    "jiandaoyun_opportunities.csv": "jiandaoyun.opportunity",
    "jiandaoyun_leads.csv": "jiandaoyun.lead",
    "cordys_opportunities.csv": "cordys.opportunity",
    "pipedrive_deals.csv": "pipedrive.deal",
    "atomic_contacts.csv": "atomic.contact",
}


#: they tell parts of deals that are there already
PARTS = {
    "salesforce_history.csv": "salesforce.history",
    "salesforce_roles.csv": "salesforce.roles",
}


@pytest.mark.parametrize(("name", "key"), (FILES | PARTS).items(), ids=FILES | PARTS)
def test_it_recognises_a_file_by_its_headers(name: str, key: str) -> None:
    header = open_sheet(SAMPLES / name).header
    assert recognise(header)[0].sheet.key == key
    # case, blanks and any number of further columns say nothing against it
    spelt = [word.upper().replace("_", " ") for word in header]
    extras = [f"custom {number}__c" for number in range(100)]
    assert recognise([*extras, *spelt])[0].sheet.key == key


def test_leads_of_pipedrive_are_known() -> None:
    header = ("Lead - Title*", "Lead - Labels", "Contact person*", "Organization*", "Lead - Owner")
    assert recognise(header)[0].sheet.key == "pipedrive.lead"


@pytest.mark.parametrize(
    "header",
    [
        ("客户名称", "商机名称", "金额", "销售阶段", "负责人"),
        ("name", "city", "industry"),
        ("opportunity_id", "sales_agent", "product", "account", "deal_stage", "close_value"),
        ("Name", "Stage", "Amount"),
    ],
)
def test_it_takes_no_plain_file_for_an_export(header: tuple[str, ...]) -> None:
    assert recognise(header) == []


@pytest.mark.parametrize("name", FILES)
def test_every_sample_comes_in_whole(name: str, take: Take, alice: User) -> None:
    if name in {"salesforce_opportunities.csv", "salesforce_tasks.csv", "salesforce_contacts.csv"}:
        take("salesforce_accounts.csv")
    run = take(name)
    assert (run.failed, failures(run)) == (0, [])
    assert run.created > 0


def test_salesforce_comes_with_its_ids_customers_and_days(take: Take, alice: User) -> None:
    take("salesforce_accounts.csv")
    take("salesforce_contacts.csv")
    take("salesforce_opportunities.csv")
    take("salesforce_tasks.csv")
    won, lost, open_ = Opportunity.objects.order_by("name")
    assert won.account is not None and won.account.name == "Bolt GmbH"
    assert (won.status, won.closed_on, won.opened_on) == (
        "won", date(2026, 5, 20), date(2026, 1, 5),
    )  # fmt: skip
    assert (lost.status, open_.status, open_.stage.key) == ("lost", "open", "quote")
    assert (open_.amount, open_.currency, open_.probability) == (Decimal("98000.50"), "USD", 55)
    assert open_.expected_close_on == date(2027, 1, 31)
    assert (open_.external_system, open_.external_id) == ("salesforce", "0065g00000LmNoPAAV")
    assert open_.owner == alice and open_.contact is not None
    assert open_.contact.name == "Ann Lee"
    task = Activity.objects.get()
    assert (task.opportunity, task.due_on, task.done_at) == (open_, date(2026, 11, 30), None)
    # the same file again changes nothing
    again = Opportunity.objects.count()
    assert Account.objects.get(name="Acme Ltd").created_at == datetime(
        2025, 3, 1, 9, 15, tzinfo=UTC
    )
    assert again == 3


def walked(name: str) -> list[tuple[str, str, str | None]]:
    """The stays of a deal: stage, entered, left, by the minute."""
    stays = StageMove.objects.filter(opportunity__name=name).select_related("stage").order_by("id")
    return [
        (
            one.stage.key,
            f"{one.entered_at:%m-%d %H:%M}",
            f"{one.left_at:%m-%d %H:%M}" if one.left_at else None,
        )
        for one in stays
    ]


def test_salesforce_tells_the_stages_and_people_of_its_deals(
    take: Take, alice: User, dana: User, actor: As, now: datetime
) -> None:
    for name in ("accounts", "contacts", "opportunities"):
        take(f"salesforce_{name}.csv")
    guessed = {name: walked(name) for name in ("C new line", "A first order")}
    run = take("salesforce_history.csv")
    # one row is of a deal that is not here; two are of one stay, the earlier one its beginning
    assert (run.created, run.updated, run.unchanged, run.skipped, run.failed) == (0, 6, 0, 1, 0)
    assert walked("C new line") == [
        ("new", "09-01 08:00", "09-10 07:00"),
        ("assessing", "09-10 07:00", "10-02 09:00"),
        ("quote", "10-02 09:00", None),
    ]
    assert walked("A first order") == [
        ("new", "01-05 08:00", "05-20 10:30"),
        ("won", "05-20 10:30", None),
    ]
    roles = take("salesforce_roles.csv")
    assert (roles.updated, roles.failed) == (2, 0)
    people = OpportunityPerson.objects.order_by("opportunity__name")
    assert [(one.contact.name, one.role) for one in people] == [
        ("Ann Lee", "user"),
        ("Ann Lee", "buyer"),
    ]
    for one in (run, roles):
        report = actions.undo_import(actor=actor(dana), run=one, now=now)
        assert (report.restored > 0, report.left) == (True, [])
    assert {name: walked(name) for name in guessed} == guessed
    assert not OpportunityPerson.objects.exists()


def test_a_report_ends_before_its_footer(take: Take, alice: User) -> None:
    run = take("salesforce_report.csv")
    assert (run.created, run.skipped, run.failed) == (2, 4, 0)
    assert {one.name for one in Opportunity.objects.all()} == {"Line 2", "MES phase 2"}


def test_hubspot_links_by_name_and_takes_the_first_of_several(take: Take, alice: User) -> None:
    take("hubspot_companies.csv")
    take("hubspot_contacts.csv")
    run = take("hubspot_deals.csv")
    assert run.created == 3
    found = {one.name: one for one in Opportunity.objects.select_related("account", "contact")}
    assert {name: one.stage.key for name, one in found.items()} == {
        "Solar roof": "discovery",
        "Storage": "won",
        "Old line": "lost",
    }
    account, contact = found["Solar roof"].account, found["Solar roof"].contact
    assert account is not None and (account.name, account.external_id) == ("Acme Ltd", "901")
    assert contact is not None and contact.name == "Ann Lee"
    assert found["Storage"].account is not None
    assert found["Storage"].account.name == "Zenith"  # made
    assert found["Storage"].kind == "repeat"


@pytest.mark.parametrize("name", ["odoo_labels.csv", "odoo_technical.csv"])
def test_odoo_rows_that_are_not_active_are_lost(name: str, take: Take, alice: User) -> None:
    take(name)
    status = {one.name: one.status for one in Opportunity.objects.all()}
    assert status == {"Roof": "open", "Old roof": "lost", "Done roof": "won"}
    roof = Opportunity.objects.get(name="Roof")
    assert (roof.tags, roof.owner) == (["solar", "vip"], alice)
    assert roof.external_id.startswith("__export__.")


def test_twenty_amounts_are_millionths(take: Take, alice: User) -> None:
    take("twenty_opportunities.csv")
    found = {one.name: (one.amount, one.currency) for one in Opportunity.objects.all()}
    assert found == {
        "Big": (Decimal("12500000000.5"), "USD"),
        "Small": (Decimal("0.25"), "EUR"),
    }


def test_chinese_exports_come_with_lists_and_stages(take: Take, alice: User) -> None:
    take("cordys_opportunities.csv")
    mes = Opportunity.objects.get(name="MES 二期")
    assert (mes.stage.key, mes.tags, mes.probability) == ("quote", ["老客户", "重点"], 60)
    assert mes.account is not None and mes.account.name == "华东机械有限公司"
    assert mes.external_id == "SJ-001"
    run = take("jiandaoyun_opportunities.csv")
    assert (run.created, run.failed) == (2, 0)


def test_leads_keep_their_phone(take: Take, alice: User) -> None:
    take("jiandaoyun_leads.csv")
    lead = Contact.objects.get(phone="13800138000")
    assert (lead.name, lead.external_system) == ("王伟", "jiandaoyun")


def test_names_in_parts_become_whole_and_further_numbers_stay(take: Take, alice: User) -> None:
    take("hubspot_contacts.csv")
    assert {one.name for one in Contact.objects.all()} == {"Ann Lee", "王伟", "only@mail.com"}
    ann = Contact.objects.get(name="Ann Lee")
    points = ContactPoint.objects.filter(contact=ann, kind="phone").values_list("value", flat=True)
    assert list(points) == ["+1 555 010 2000", "+1 555 010 2001"]


def test_several_columns_of_numbers_and_addresses_all_stay(take: Take, alice: User) -> None:
    take("atomic_contacts.csv")
    kept = ContactPoint.objects.order_by("contact__name", "kind", "position")
    assert [(one.contact.name, one.value) for one in kept if one.kind == ContactPoint.MAIL] == [
        ("Ann Lee", "ann@acme.example.com"),
        ("Ann Lee", "ann@home.example"),
        ("Ann Lee", "ann@else.example"),
        ("Bo Lee", "bo@else.example"),
    ]
    assert Contact.objects.get(name="Bo Lee").email == "bo@else.example"


def test_people_of_a_path_of_teams_stand_in_the_last(bring_people: Import) -> None:
    wang = User.objects.get(name="王伟")
    above = wang.team.parent if wang.team else None
    assert wang.team is not None and above is not None and above.parent is not None
    assert [wang.team.name, above.name, above.parent.name] == ["华东组", "销售部", "示例公司"]


@pytest.fixture
def bring_people(dana: User, actor: As, now: datetime) -> Import:
    """Cordys's sheet of people, with its notes above the header."""
    head = '填写须知：\n"1、红色字段为必填"\n工号,姓名,部门,邮箱,直属上级\n'
    text = f"{head}1,王伟,示例公司/销售部/华东组,w@example.cn,\n"
    run = actions.bring_file(
        actor=actor(dana), chunks=[text.encode()], name="people.csv", record_type="", now=now
    )
    assert run.mapping["name"] == "cordys.people"
    actions.begin(actor=actor(dana), run=run, now=now)
    return actions.run_import(actor=actor(dana), run=run, now=now)


def test_a_rep_maps_what_a_rep_may(take: Take, alice: User) -> None:
    run = take("hubspot_deals.csv", who=alice)
    columns = {one["header"]: one for one in run.mapping["columns"]}
    assert columns["Original Traffic Source"]["unknown"] == "empty"
    assert "field" not in columns["Created by user"]
    assert run.created == 3


def test_words_without_a_stage_here_are_asked_for(
    take: Take, dana: User, alice: User, actor: As, now: datetime
) -> None:
    from shangji.core.opportunities.models import Stage  # noqa: PLC0415 - the one test with it
    from shangji.core.opportunities.queries.pipelines import forget_pipelines  # noqa: PLC0415 - ""

    Stage.objects.filter(key="discovery").update(name_en="Deep talk", name_zh="深谈", key="own_1")
    forget_pipelines()
    content = (SAMPLES / "hubspot_deals.csv").read_bytes()
    run = actions.bring_file(
        actor=actor(dana), chunks=[content], name="deals.csv", record_type="", now=now
    )
    told = actions.try_import(actor=actor(dana), run=run, now=now)
    assert told["words"]["Deal Stage"]["unknown"] == {"appointmentscheduled": 1}
    assert (told["created"], told["failed"]) == (2, 1)


def test_only_an_administrator_names_the_first_author(actor: As, alice: User, dana: User) -> None:
    rows = rows_of("opportunity")
    assert "created_by" not in import_fields(rows, actor(alice))
    assert "created_by" in import_fields(rows, actor(dana))


def test_ids_of_fifteen_and_eighteen_characters_are_one() -> None:
    assert foreign_id("salesforce", "0065g00000LmNoP") == "0065g00000LmNoPAAV"
    assert foreign_id("salesforce", "0065g00000LmNoPAAV") == "0065g00000LmNoPAAV"
    assert foreign_id("hubspot", "0065g00000LmNoP") == "0065g00000LmNoP"


def test_every_known_sheet_names_fields_that_are_there(actor: As, dana: User) -> None:
    strange = [
        (sheet.key, name)
        for sheet in known_sheets()
        for name in (
            *(column["field"] for column in sheet.columns),
            *(one.field for one in sheet.constants),
            *sheet.match,
        )
        if name not in import_fields(rows_of(sheet.type), actor(dana))
    ]
    assert strange == []


def test_every_mapping_survives_being_stored(take: Take, alice: User) -> None:
    run = take("odoo_labels.csv")
    assert dump(load(json.loads(json.dumps(run.mapping)))) == run.mapping


def test_the_presets_are_data_with_a_version() -> None:
    folder = files("shangji.records.imports") / "presets"
    documents = [json.loads(p.read_text()) for p in folder.iterdir() if p.name.endswith(".json")]
    assert len(documents) >= 8 and {one["version"] for one in documents} == {1}
