"""Load the demo workspace: plan, tell, write in bulk, index."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, models, transaction

from shangji.config.demo import words
from shangji.config.demo.clock import Clock
from shangji.config.demo.customers import AGE_DAYS, make_customers
from shangji.config.demo.evaluate_capacity import tell_capacity
from shangji.config.demo.evaluate_chances import tell_chances
from shangji.config.demo.evaluate_competition import tell_competition
from shangji.config.demo.evaluate_market import tell_markets
from shangji.config.demo.evaluate_risk import tell_risks
from shangji.config.demo.happenings import Tools
from shangji.config.demo.history import Teller
from shangji.config.demo.known import known_plans
from shangji.config.demo.ledger import BATCH, Ledger
from shangji.config.demo.people import LEADER, Crew, make_people, make_workspace
from shangji.config.demo.plans import make_plans
from shangji.config.demo.scores import make_scores
from shangji.config.demo.story import Stock, Story
from shangji.core.accounts.models import Account
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Channel, Touch
from shangji.core.opportunities.actions import rollup
from shangji.core.opportunities.models import (
    Competitor,
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
    OpportunityPerson,
    Reason,
    Stage,
    StageMove,
)
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.core.products.models import Product, ProductPrice
from shangji.foundation.people.models import User
from shangji.foundation.search.index import reindex, searchable_types
from shangji.foundation.workspace.models import Workspace
from shangji.foundation.workspace.queries import forget, today, working_calendar, zone
from shangji.lib.errors import DomainError
from shangji.records.duplicates.actions import look_at_first

SEED = 20240518
#: what a reset leaves: what migrations make and what belongs to the installation
KEPT = frozenset({"auth", "contenttypes", "sessions", "sites"})


def load(now: datetime, *, seed: int = SEED) -> dict[str, int]:
    """Fill an empty workspace. Returns how many records of each type it has then."""
    with transaction.atomic():
        rng = Random(seed)  # the same demo from the same seed
        make_workspace(now, today(now=now))
        clock = Clock(now, working_calendar(), zone())
        crew = make_people(clock.ago(AGE_DAYS + 60, rng), now)
        ledger = Ledger()
        stock = _stock(clock.ago(AGE_DAYS + 50, rng), ledger, crew.id("顾宁"))
        customers = make_customers(rng, clock, crew, ledger)
        plans = make_plans(rng, clock, customers)
        known_plans(plans)
        teller = Teller(Tools(rng, clock, crew, ledger, stock))
        stories: dict[int, Story] = {}
        for generation in (False, True):
            told = [
                teller.tell(plan, stories[id(plan.parent)].record if plan.parent else None)
                for plan in plans
                if (plan.parent is not None) is generation
            ]
            Opportunity.objects.bulk_create([one.record for one in told], batch_size=BATCH)
            stories |= {id(one.plan): one for one in told}
        accounts = [one.account for one in customers]
        Account.objects.bulk_update(accounts, ["lifecycle", "version", "updated_at"], BATCH)
        _write(ledger, list(stories.values()))
        _evaluate(now, clock, crew, stock, list(stories.values()))
        rollup.recount()
        make_scores(clock, [one.record for one in stories.values()])
        tell_chances(now)
        tell_risks(now)
    with transaction.atomic():
        for record_type in searchable_types():
            reindex(record_type)
        look_at_first()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    forget()
    forget_pipelines()
    return {"account": len(customers), "opportunity": len(stories)}


def _stock(at: datetime, ledger: Ledger, by_id: int) -> Stock:
    products = [
        Product(name=name, code=code, series=series, unit=unit, price=Decimal(price))
        for name, code, series, unit, price, _dollars in words.PRODUCTS
    ]
    competitors = [Competitor(name=name) for name in words.COMPETITORS]
    for record in (*products, *competitors):
        ledger.op(at, by_id, f"{record.record_type}.create").created(record)
    Product.objects.bulk_create(products)
    Competitor.objects.bulk_create(competitors)
    dollars = [Decimal(one[5]) for one in words.PRODUCTS]
    ProductPrice.objects.bulk_create(
        ProductPrice(product=product, currency="USD", price=price)
        for product, price in zip(products, dollars, strict=True)
    )
    reasons: dict[str, list[Reason]] = {"won": [], "lost": []}
    for reason in Reason.objects.exclude(parent=None).order_by("pk"):
        reasons[reason.outcome].append(reason)
    return Stock(
        stages={one.key: one for one in Stage.objects.filter(pipeline__is_default=True)},
        channels={one.key: one for one in Channel.objects.all()},
        reasons=reasons,
        products=list(zip(products, dollars, strict=True)),
        competitors=competitors,
    )


def _write(ledger: Ledger, stories: list[Story]) -> None:
    for story in stories:
        for activity in story.activities:
            activity.opportunity = story.record
        for touch, _op, _fields in story.touches:
            touch.opportunity_id = story.record.pk
    _bulk(Activity, (row for one in stories for row in one.activities))
    ledger.write_operations()
    for story in stories:
        for move, op in story.moves:
            move.operation_id = op.id
        for touch, op, _fields in story.touches:
            touch.operation_id = op.id
    _bulk(StageMove, (move for one in stories for move, _op in one.moves))
    _bulk(Touch, (touch for one in stories for touch, _op, _fields in one.touches))
    for story in stories:
        _tie_touches(story)
    touched = [one.record for one in stories if one.touches]
    Opportunity.objects.bulk_update(touched, ["first_touch", "last_touch"], 400)
    _bulk(OpportunityPerson, (row for one in stories for row in one.people))
    _bulk(OpportunityLine, (row for one in stories for row in one.lines))
    _bulk(OpportunityCompetitor, (row for one in stories for row in one.rivals))
    for one in ledger.ops:  # activities learnt what they are about after they were logged
        for record, kind, _version, fields in one.changes:
            if isinstance(record, Activity) and kind == "created":
                fields["opportunity"] = [None, record.opportunity_id]
    ledger.write_changes()


def _evaluate(now: datetime, clock: Clock, crew: Crew, stock: Stock, stories: list[Story]) -> None:
    """What evaluation knows of the open opportunities."""
    rng = Random(SEED + 4)  # of its own, so that the told history stays as it is
    deals = [one.record for one in stories if one.record.status == Opportunity.OPEN]
    keeper = crew.id("顾宁")
    tell_markets(now, deals, keeper)
    tell_competition(now, rng, clock, stock.competitors, [keeper, crew.id(LEADER)])
    tell_capacity(now, rng, clock, deals, keeper)


def _bulk(model: type[models.Model], rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _tie_touches(story: Story) -> None:
    """First and last touch of the record and of the ledger's changes, now that they have ids."""
    last: int | None = None
    for touch, _op, fields in story.touches:
        if "first_touch" in fields:
            fields["first_touch"] = [None, touch.pk]
            story.record.first_touch_id = touch.pk
        fields["last_touch"] = [last, touch.pk]
        story.record.last_touch_id = last = touch.pk


def is_loaded() -> bool:
    return Workspace.objects.filter(is_demo=True).exists()


def may_load() -> bool:
    """Only where nobody works yet."""
    return not User.objects.exists()


def reset() -> None:
    """Empty a workspace that is marked as demo; DomainError for any other."""
    if not is_loaded():
        raise DomainError("this workspace is not the demo: nothing was touched")
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in KEPT
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(f'"{name}"' for name in tables)
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            for name in tables:
                cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608 - names of our tables
            cursor.execute("DELETE FROM sqlite_sequence")
    # pipelines, channels and whatever else a fresh migrate leaves
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    forget()
    forget_pipelines()
