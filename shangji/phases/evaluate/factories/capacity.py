"""People with skills, and what opportunities ask of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from shangji.core.opportunities.models import Opportunity
from shangji.phases.evaluate.models import Demand, Skill, Specialist, SpecialistSkill

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TIMES = {"created_at": NOW, "updated_at": NOW}
_numbers = count(1)


def make_skill(name: str = "") -> Skill:
    return Skill.objects.create(name=name or f"Skill {next(_numbers)}", **TIMES)


def make_specialist(
    name: str = "", *, skills: Mapping[Skill, int] | None = None, **values: Any
) -> Specialist:
    """Somebody with 40 hours a week at 100 an hour, and these levels."""
    row = {"hours_per_week": Decimal(40), "cost_per_hour": Decimal(100), **TIMES, **values}
    person = Specialist.objects.create(name=name or f"Person {next(_numbers)}", **row)
    for skill, level in (skills or {}).items():
        SpecialistSkill.objects.create(specialist=person, skill=skill, level=level, **TIMES)
    return person


def make_demand(opportunity: Opportunity, skill: Skill, **values: Any) -> Demand:
    """40 hours of a level 3 in the two weeks from 30 November 2026."""
    row = {
        "name": f"Work {next(_numbers)}",
        "hours": Decimal(40),
        "level": 3,
        "starts_on": date(2026, 11, 30),
        "ends_on": date(2026, 12, 11),
        **TIMES,
        **values,
    }
    return Demand.objects.create(opportunity=opportunity, skill=skill, **row)
