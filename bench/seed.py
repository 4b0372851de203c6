"""A workspace of many opportunities, written by bare inserts (fixed seed)."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from django.db import connection

from bench.bulk import fill_search, without_indexes, write_rows
from shangji.core.accounts.models import Account
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.actions import rollup
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.core.opportunities.queries.pipelines import stages
from shangji.foundation.people.models import Team, User
from shangji.foundation.search import upkeep
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.text import company_key

REPS, TEAMS = 100, 10
_FAMILY = "华辰北辰恒远海纳星河鼎新锦程元禾泰和瑞丰越秀中浦安途东岳云岭启明嘉兴百禾蓝海远洲"
_KIND = ("精密", "医疗", "物流", "仪表", "制药", "机床", "电子", "新材", "五金", "食品")
_TAIL = ("有限公司", "科技有限公司", "股份有限公司", "集团")
_WHAT = (
    "MES 二期",
    "产线看板",
    "WMS",
    "LIS 升级",
    "备件商城",
    "质检追溯",
    "能耗监测平台",
    "数据中台",
)
_EN = ("Harbor", "Summit", "Orchid", "Granite", "Maple", "Falcon", "Lumen", "Cedar")


def people(now: datetime) -> list[User]:
    """Reps in teams with a manager each, an administrator and a reader."""
    stamp = {"created_at": now, "updated_at": now}
    teams = [Team.objects.create(name=f"Team {n}", **stamp) for n in range(TEAMS)]
    found = []
    for n in range(REPS):
        team = teams[n % TEAMS]
        found.append(
            User.objects.create_user(
                email=f"rep{n}@bench.invalid", name=f"Rep {n}", role="rep", team=team, language="en"
            )
        )
    for n, team in enumerate(teams):
        leader = User.objects.create_user(
            email=f"lead{n}@bench.invalid", name=f"Lead {n}", role="manager", team=team
        )
        Team.objects.filter(pk=team.pk).update(leader=leader)
    User.objects.create_user(email="admin@bench.invalid", name="Admin", role="admin")
    return found


def _company(dice: random.Random, n: int) -> str:
    if n % 4 == 0:
        return f"{dice.choice(_EN)} {dice.choice(_EN)} {n} Ltd"
    pick = dice.randrange(0, len(_FAMILY) - 1, 2)
    return f"{_FAMILY[pick : pick + 2]}{dice.choice(_KIND)}{n}{dice.choice(_TAIL)}"


def account_of(dice: random.Random, place: int, accounts: int) -> int:
    """An account of the rep at a place in the list of reps; one time in ten anybody's."""
    if dice.random() < 0.1:
        return dice.randrange(1, accounts + 1)
    return place + REPS * dice.randrange(0 if place else 1, accounts // REPS)


def opportunities_of(size: int, reps: list[int], accounts: int, now: datetime) -> Iterator[Any]:
    """`size` opportunities as column values: two thirds open, over all stages; closed ones over
    the last year; one open one in seven without a touch for long."""
    dice = random.Random(7)
    columns = stages()
    today = now.date()
    stamps = [_stamp(now - timedelta(days=days, minutes=7 * days)) for days in range(400)]
    for n in range(1, size + 1):
        stage = columns[dice.randrange(len(columns))]
        status = (
            stage.kind if stage.kind != "open" else "won" if stage.phase == "maintain" else "open"
        )
        closed = status != "open"
        day = today + timedelta(days=dice.randrange(-60, 120))
        place = dice.randrange(len(reps))
        age = dice.randrange(1, 365)
        silent = min(age, dice.randrange(10, 60) if dice.random() < 0.15 else dice.randrange(5))
        step = "" if dice.random() < 0.1 else "Call"
        yield {
            "id": n,
            "version": 1,
            "created_at": stamps[age],
            "updated_at": stamps[silent],
            "deleted_at": None,
            "external_system": "",
            "external_id": "",
            "owner_id": reps[place],
            "name": f"{dice.choice(_WHAT)} {dice.choice(_EN)} {n}",
            "account_id": account_of(dice, place, accounts),
            "pipeline_id": stage.pipeline_id,
            "stage_id": stage.pk,
            "phase": stage.phase,
            "status": status,
            "stage_entered_at": stamps[silent],
            "amount": str(dice.randrange(5_000, 3_000_000)),
            "currency": "CNY" if dice.random() < 0.95 else "USD",
            "probability": 100 if status == "won" else 0 if status == "lost" else stage.probability,
            "forecast": stage.forecast,
            "forecast_manual": False,
            "expected_close_on": day.isoformat(),
            "push_count": dice.choice((0, 0, 0, 0, 0, 1, 1, 2, 3)),
            "next_step": step,
            "next_step_on": day.isoformat() if step else None,
            "next_step_owner_id": reps[place] if step else None,
            "kind": "new",
            "last_contact_at": stamps[silent],
            "opened_on": (today - timedelta(days=age)).isoformat(),
            "closed_at": stamps[silent] if closed else None,
            "closed_on": (today - timedelta(days=silent)).isoformat() if closed else None,
            "close_note": "",
            "tags": "[]",
            "description": "",
        }


def _stamp(at: datetime) -> str:
    """An instant as the database at hand stores it."""
    if connection.vendor == "postgresql":
        return at.isoformat()
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def fill(size: int) -> dict[str, float]:
    """Write the whole workspace; seconds by part."""
    now = datetime.now(UTC)
    took: dict[str, float] = {}
    begun = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal begun
        took[name] = round(time.perf_counter() - begun, 1)
        begun = time.perf_counter()

    current_workspace()
    reps = [one.pk for one in people(now)]
    accounts = max(200, size // 10)
    stamp = _stamp(now)
    base = {
        "version": 1,
        "created_at": stamp,
        "updated_at": stamp,
        "deleted_at": None,
        "external_system": "",
        "external_id": "",
    }

    def companies() -> Iterator[dict[str, Any]]:
        dice = random.Random(3)
        for n in range(1, accounts + 1):
            name = _company(dice, n)
            yield {
                "id": n,
                **base,
                "owner_id": reps[n % len(reps)],
                "name": name,
                "name_key": company_key(name),
                "kind": "company",
                "lifecycle": "prospect",
                "industry": "",
                "size": "",
                "currency": "CNY",
                "country": "",
                "province": "",
                "city": "",
                "address": "",
                "credit_code": "",
                "website": "",
                "domain": "",
                "phone": "",
                "tags": "[]",
                "description": "",
            }

    with without_indexes(Account._meta.db_table):
        write_rows(Account, companies())
    lap("accounts")
    rollup.put_away()
    with without_indexes(Opportunity._meta.db_table):
        write_rows(Opportunity, opportunities_of(size, reps, accounts, now))
    rollup.ensure()
    lap("opportunities")
    with connection.cursor() as cursor:
        table = StageMove._meta.db_table
        cursor.execute(
            f"INSERT INTO {table} (opportunity_id, stage_id, entered_at, note, is_undo) "
            f"SELECT id, stage_id, stage_entered_at, '', {_false()} "
            f"FROM {Opportunity._meta.db_table}"
        )
        _reset_ids(cursor)
        cursor.execute(
            "CREATE TABLE bench_plain (id "
            + ("serial" if connection.vendor == "postgresql" else "integer")
            + " PRIMARY KEY, name varchar(40), amount numeric)"
        )
        cursor.execute("INSERT INTO bench_plain (name, amount) VALUES ('x', 1)")
    lap("history")
    fill_search(
        chain(
            (("account", one["id"], one["owner_id"], one["name"]) for one in companies()),
            (
                ("opportunity", one["id"], one["owner_id"], one["name"])
                for one in opportunities_of(size, reps, accounts, now)
            ),
        )
    )
    # as the job of the night leaves it
    while upkeep.tidy(5_000):
        pass
    lap("search index")
    with connection.cursor() as cursor:
        # PostgreSQL reads its indexes alone only where a vacuum has been
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    lap("analyze")
    return took


def _false() -> str:
    return "false" if connection.vendor == "postgresql" else "0"


def _reset_ids(cursor: Any) -> None:
    if connection.vendor == "postgresql":
        for model in (Account, Contact, Opportunity, StageMove):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                f"COALESCE((SELECT MAX(id) FROM {table}), 1))"
            )
