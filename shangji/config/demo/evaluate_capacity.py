"""The demo's delivery people, what open opportunities ask of them, and a few bookings."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from shangji.config.demo.clock import Clock
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import system_actor
from shangji.phases.evaluate.actions.bookings import book_plan
from shangji.phases.evaluate.models import (
    Absence,
    Demand,
    Skill,
    Specialist,
    SpecialistSkill,
)
from shangji.phases.evaluate.queries.demand import plan_for

SKILLS = (
    "MES 实施",
    "WMS 实施",
    "设备数采",
    "项目管理",
    "接口开发",
    "LIS 实施",
    "操作培训",
    "质量体系",
)
#: name, job, hours a week, cost of an hour, levels by skill
PEOPLE = (
    ("陆海生", "实施顾问", 40, 260, {0: 5, 3: 4}),
    ("谢安然", "实施顾问", 40, 210, {0: 4, 6: 3}),
    ("方立", "实施顾问", 40, 170, {0: 3, 1: 2}),
    ("丁若兰", "实施顾问", 32, 190, {1: 4, 6: 4}),
    ("沈克", "实施顾问", 40, 160, {1: 3, 6: 3}),
    ("许默", "数采工程师", 40, 180, {2: 5, 4: 2}),
    ("龚亮", "数采工程师", 40, 150, {2: 3}),
    ("白露", "数采工程师", 20, 150, {2: 4}),
    ("乔一诺", "项目经理", 40, 280, {3: 5, 0: 3}),
    ("韩松", "项目经理", 40, 240, {3: 4, 1: 3}),
    ("纪伟", "开发工程师", 40, 200, {4: 5}),
    ("冉冉", "开发工程师", 40, 170, {4: 3, 2: 2}),
    ("温如玉", "LIS 顾问", 40, 250, {5: 4, 7: 4}),
    ("苗苗", "培训师", 24, 130, {6: 5}),
)
#: work by the word in a deal's name: what, skill, level, hours, weeks
WORKS: dict[str, tuple[tuple[str, int, int, int, int], ...]] = {
    "MES": (
        ("MES 蓝图与配置", 0, 4, 120, 5),
        ("车间设备联网", 2, 3, 80, 4),
        ("项目管理", 3, 4, 60, 8),
    ),
    "WMS": (("WMS 配置与上线", 1, 3, 100, 5), ("ERP 接口", 4, 3, 60, 4), ("仓库培训", 6, 3, 24, 2)),
    "LIS": (("LIS 实施", 5, 4, 110, 5), ("合规审阅", 7, 3, 30, 3)),
    "": (("方案实施", 0, 3, 80, 5), ("接口开发", 4, 3, 40, 4)),
}  # fmt: skip
HOW_MANY, BOOKED = 22, 8


def tell_capacity(
    now: datetime, rng: Random, clock: Clock, deals: Sequence[Opportunity], by_id: int
) -> None:
    """Write them; the plans of the first deals are booked."""
    stamp = {"created_at": now, "updated_at": now, "created_by_id": by_id}
    skills = [Skill(name=name, **stamp) for name in SKILLS]
    Skill.objects.bulk_create(skills)
    people = [
        Specialist(
            name=name,
            job=job,
            hours_per_week=Decimal(hours),
            cost_per_hour=Decimal(cost),
            **stamp,
        )
        for name, job, hours, cost, _levels in PEOPLE
    ]
    Specialist.objects.bulk_create(people)
    SpecialistSkill.objects.bulk_create(
        SpecialistSkill(specialist=person, skill=skills[place], level=level, **stamp)
        for person, (_name, _job, _hours, _cost, levels) in zip(people, PEOPLE, strict=True)
        for place, level in levels.items()
    )
    Absence.objects.bulk_create(
        Absence(
            specialist=person,
            reason=reason,
            starts_on=clock.today + timedelta(days=first),
            ends_on=clock.today + timedelta(days=first + days),
            **stamp,
        )
        for person, reason, first, days in (
            (people[1], "年假", 9, 6),
            (people[5], "驻场宁波老项目", 3, 18),
            (people[12], "培训", 30, 4),
        )
    )
    wanting = _wanting(deals)
    Demand.objects.bulk_create(
        demand for deal in wanting for demand in _demands(rng, clock, deal, skills, stamp)
    )
    actor = system_actor()
    for deal in wanting[:BOOKED]:
        pairs = plan_for(actor, [deal], now).pairs(deal.pk)
        if pairs:
            plan = [(int(demand), int(person)) for demand, person in (p.split(":") for p in pairs)]
            book_plan(actor=actor, opportunity=deal, plan=plan, now=now)


def _wanting(deals: Sequence[Opportunity]) -> list[Opportunity]:
    """Open deals that are far enough to plan their delivery, the largest first."""
    near = [one for one in deals if one.phase in ("evaluate", "convert") and one.amount]
    return sorted(near, key=lambda one: (-(one.amount or 0), one.pk))[:HOW_MANY]


def _demands(
    rng: Random,
    clock: Clock,
    deal: Opportunity,
    skills: Sequence[Skill],
    stamp: dict[str, object],
) -> list[Demand]:
    key = next((word for word in WORKS if word and word in deal.name), "")
    start = max(deal.expected_close_on or clock.today, clock.today) + timedelta(days=7)
    start = min(start, clock.today + timedelta(days=70))
    rows = []
    for name, skill, level, hours, weeks in WORKS[key]:
        budget = Decimal(hours * rng.choice((180, 240, 300)))
        rows.append(
            Demand(
                opportunity=deal,
                name=name,
                skill=skills[skill],
                level=level,
                hours=Decimal(hours),
                budget=budget if rng.random() < 0.7 else None,
                currency="CNY",
                starts_on=start,
                ends_on=start + timedelta(weeks=weeks),
                **stamp,
            )
        )
        start += timedelta(days=7)
    return rows
