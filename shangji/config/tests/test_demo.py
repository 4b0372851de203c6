"""The demo workspace keeps the rules that everything written through actions keeps."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import models
from django.db.models import F, Q

from shangji.config.commands import demo
from shangji.config.demo.load import load, may_load, reset
from shangji.core.accounts.models import Account
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Touch
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.actions import rollup
from shangji.core.opportunities.models import (
    Opportunity,
    OpportunityLine,
    OpportunityPerson,
    Stage,
    StageMove,
    StageTotal,
)
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.audit.registry import tracked_model
from shangji.foundation.audit.values import to_json
from shangji.foundation.people.models import User
from shangji.foundation.search.queries import search
from shangji.foundation.workspace.models import ExchangeRate, Workspace
from shangji.foundation.workspace.queries import forget
from shangji.insights.queries.attention import warnings
from shangji.insights.queries.queue import work_queue
from shangji.lib.credit_code import is_credit_code
from shangji.lib.errors import DomainError
from shangji.lib.phases import PHASE_KEYS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The demo, once for all tests of this module; they only read."""
    with django_db_blocker.unblock():
        load(NOW)
        yield
        reset()
        forget()


@pytest.fixture
def demo_data(loaded: None, db: None) -> None:
    """The demo inside a transaction of this test."""


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("demo_data")]


def totals() -> set[tuple[Any, ...]]:
    rows = StageTotal.objects.exclude(count=0)
    return set(
        rows.values_list(
            "stage_id", "owner_id", "currency", "count", "amount_e4", "weighted_e4", "without_step"
        )
    )


def test_it_has_the_size_and_all_phases() -> None:
    assert Account.objects.count() == 400
    assert 600 <= Contact.objects.count() <= 800
    assert Opportunity.objects.count() == 1500
    by_phase = Counter(Opportunity.objects.exclude(status="lost").values_list("phase", flat=True))
    assert set(by_phase) == set(PHASE_KEYS)
    assert min(by_phase.values()) >= 40


def test_it_has_a_history_without_gaps() -> None:
    stays: dict[int, list[StageMove]] = {}
    for move in StageMove.objects.order_by("opportunity_id", "id"):
        stays.setdefault(move.opportunity_id, []).append(move)
    records = Opportunity.objects.in_bulk()
    assert set(stays) == set(records)
    for pk, moves in stays.items():
        assert moves[0].from_stage_id is None
        for before, after in pairwise(moves):
            assert before.left_at == after.entered_at > before.entered_at
            assert after.from_stage_id == before.stage_id
        last, record = moves[-1], records[pk]
        assert last.left_at is None
        assert (last.stage_id, last.entered_at) == (record.stage_id, record.stage_entered_at)
    assert any(
        after.stage.position < before.stage.position
        for moves in stays.values()
        for before, after in pairwise(moves)
    )


def test_it_closes_nothing_without_a_reason_of_the_second_level() -> None:
    decided = Opportunity.objects.exclude(status="open")
    assert decided.count() > 900
    assert not decided.filter(Q(close_reason=None) | Q(closed_at=None)).exists()
    assert not decided.exclude(close_reason__outcome=F("status")).exists()
    assert not decided.filter(close_reason__parent=None).exists()
    assert not Opportunity.objects.filter(status="open").exclude(close_reason=None).exists()
    assert decided.values("close_reason").distinct().count() > 15


def test_it_holds_status_phase_and_win_rate_to_the_stage() -> None:
    for record in Opportunity.objects.select_related("stage"):
        stage: Stage = record.stage
        expected = stage.kind if stage.kind != "open" else "open"
        if stage.kind == "open" and stage.phase == "maintain":
            expected = "won"
        assert (record.phase, record.status) == (stage.phase, expected)
        manual = record.probability_manual
        open_rate = stage.probability if manual is None else manual
        assert record.probability == {"won": 100, "lost": 0}.get(record.status, open_rate)


def test_it_totals_what_a_recount_finds() -> None:
    kept = totals()
    rollup.recount()
    assert totals() == kept


def test_it_has_nothing_in_the_future_but_plans() -> None:
    for model, names in (
        (StageMove, ("entered_at", "left_at")),
        (Touch, ("at",)),
        (Operation, ("at",)),
        (Activity, ("done_at", "created_at")),
        (Opportunity, ("closed_at", "last_contact_at", "created_at", "updated_at")),
        (Account, ("created_at", "updated_at")),
        (Contact, ("created_at",)),
        (User, ("created_at",)),
    ):
        for name in names:
            rows: models.QuerySet[Any] = model._default_manager.all()
            assert not rows.filter(**{f"{name}__gt": NOW}).exists(), (model, name)


def test_it_begins_two_years_ago_and_ends_today() -> None:
    first = Opportunity.objects.earliest("created_at").created_at
    assert timedelta(days=690) < NOW - first < timedelta(days=1000)
    assert NOW - StageMove.objects.latest("entered_at").entered_at < timedelta(days=5)


def test_it_writes_a_ledger_that_ends_in_the_rows() -> None:
    after: dict[tuple[str, int], dict[str, Any]] = {}
    versions: dict[tuple[str, int], int] = {}
    for change in Change.objects.order_by("operation_id", "id"):
        key = (change.record_type, change.record_id)
        if change.kind == Change.CREATED:
            assert key not in after
            after[key] = {}
        for name, (before, value) in change.fields.items():
            model = tracked_model(change.record_type)
            assert model is not None
            if name in {field.name for field in model._meta.concrete_fields}:
                had = after[key].get(name)
                assert (had or None) == (before or None), (key, name, had, before)
                after[key][name] = value
        assert change.version >= versions.get(key, 0)
        versions[key] = change.version
    for record in Opportunity.objects.all():
        known = after[("opportunity", record.pk)]
        assert versions[("opportunity", record.pk)] == record.version
        for name in ("stage", "amount", "expected_close_on", "next_step", "status", "last_touch"):
            column: Any = Opportunity._meta.get_field(name)
            value = to_json(getattr(record, column.attname))
            assert (known.get(name) or None) == (value or None), (record.pk, name)


def test_it_counts_pushes_as_the_ledger_does() -> None:
    pushes: Counter[int] = Counter()
    for change in Change.objects.filter(record_type="opportunity", kind="updated"):
        pair = change.fields.get("expected_close_on")
        pushes[change.record_id] += bool(pair and pair[0] and pair[1] and pair[1] > pair[0])
    for pk, count in Opportunity.objects.values_list("pk", "push_count"):
        assert pushes[pk] == count


def test_it_adds_lines_up_to_the_amount() -> None:
    sums: dict[int, Any] = {}
    for line in OpportunityLine.objects.all():
        sums[line.opportunity_id] = sums.get(line.opportunity_id, 0) + line.total
    assert len(sums) > 100
    for pk, amount in Opportunity.objects.filter(pk__in=sums).values_list("pk", "amount"):
        assert amount == sums[pk]


def test_it_speaks_both_languages_and_several_currencies() -> None:
    for model, name in ((Account, "name"), (Opportunity, "name"), (Activity, "body")):
        texts = list(model._default_manager.values_list(name, flat=True))
        chinese = sum(bool(HAN.search(text)) for text in texts)
        assert 0.5 < chinese / len([text for text in texts if text]) < 0.9
    used = set(Opportunity.objects.values_list("currency", flat=True))
    rated = set(ExchangeRate.objects.values_list("currency", flat=True))
    assert {"CNY", "USD", "EUR"} < used
    assert len(used - rated - {"CNY"}) == 1  # one has no rate, and pages say so


def test_it_invents_codes_that_check_and_addresses_nobody_has() -> None:
    for code in Account.objects.exclude(credit_code="").values_list("credit_code", flat=True):
        assert is_credit_code(code)
    for mail, phone in Contact.objects.values_list("email", "phone"):
        assert mail.endswith((".example", "@example.com"))
        assert re.match(r"142 |\+1 \d{3} 555 01\d\d$", phone)


def test_it_offers_four_roles_without_passwords() -> None:
    people = User.objects.filter(is_demo=True)
    assert Counter(people.values_list("role", flat=True)) == Counter(
        ("rep", "manager", "readonly", "admin")
    )
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_it_gives_the_leading_rep_a_day_like_the_picture() -> None:
    rep = Actor(User.objects.get(name="林悦"), "page")
    groups = Counter(one.group for one in work_queue(rep, NOW))
    assert groups["deadline"] == 2
    assert 3 <= groups["today"] <= 6
    assert groups["later"] >= 8
    found, total = warnings(rep, NOW)
    assert all(3 <= one.count <= 9 for one in found), [(one.key, one.count) for one in found]
    assert 60 <= total <= 90
    columns = Counter(
        Opportunity.objects.filter(owner=rep.user, status="open").values_list(
            "stage__key", flat=True
        )
    )
    assert len(columns) == 9 and all(5 <= count <= 13 for count in columns.values())


def test_it_wins_differently_by_channel() -> None:
    rates = {}
    for key in ("referral", "paid_search"):
        rows = Opportunity.objects.filter(channel__key=key).exclude(status="open")
        rates[key] = rows.filter(status="won").count() / rows.count()
    assert rates["referral"] > 1.5 * rates["paid_search"]


def test_it_has_renewals_people_and_a_pool() -> None:
    renewals = Opportunity.objects.filter(kind="renewal")
    assert renewals.count() > 20
    assert not renewals.filter(parent=None).exists()
    assert not renewals.exclude(parent__account=F("account")).exists()
    assert OpportunityPerson.objects.filter(role="decider").count() > 100
    assert Opportunity.objects.filter(owner=None, status="open").count() == 20


def test_it_is_found_by_pinyin_initials() -> None:
    admin = Actor(User.objects.get(role="admin"), "page")
    assert "华辰精密" in str(search(admin, "hcjm"))


def test_it_loads_only_where_nobody_is_and_resets_only_a_demo(capsys: Any) -> None:
    assert not may_load()
    parser = __import__("argparse").ArgumentParser()
    demo.add_arguments(parser)
    before = Opportunity.objects.count()
    assert demo.run(parser.parse_args(["--once"])) == 0
    assert demo.run(parser.parse_args([])) == 1
    assert "--reset" in capsys.readouterr().err
    Workspace.objects.update(is_demo=False)
    with pytest.raises(DomainError):
        reset()
    assert demo.run(parser.parse_args(["--reset"])) == 1
    assert Opportunity.objects.count() == before
