"""Markets, competitors and bookings, as if they had been there before."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Competitor
from shangji.phases.evaluate.factories.capacity import (
    TIMES,
    make_demand,
    make_skill,
    make_specialist,
)
from shangji.phases.evaluate.models import (
    Absence,
    Battlecard,
    Booking,
    Demand,
    Market,
    MarketInput,
    RivalCriterion,
    RivalFinding,
    RivalPrice,
    SpecialistSkill,
)

_numbers = count(1)
_DAY = date(2026, 11, 30)


def make_market(**values: Any) -> Market:
    row = {"name": f"Market {next(_numbers)}", **TIMES, **values}
    return Market.objects.create(**row)


def make_market_input(**values: Any) -> MarketInput:
    row = {"market": values.pop("market", None) or make_market(), "key": "accounts", **TIMES}
    row |= {"low": 1, "likely": 2, "high": 3, "year": 2025, "source": "Register", **values}
    return MarketInput.objects.create(**row)


def make_competitor(**values: Any) -> Competitor:
    return Competitor.objects.create(**{"name": f"Rival {next(_numbers)}", **TIMES, **values})


def make_battlecard(**values: Any) -> Battlecard:
    row = {"competitor": values.pop("competitor", None) or make_competitor(), **TIMES}
    return Battlecard.objects.create(**{**row, "title": "Card", "review_by": _DAY, **values})


def make_rival_criterion(**values: Any) -> RivalCriterion:
    row = {"name": f"Criterion {next(_numbers)}", **TIMES, **values}
    return RivalCriterion.objects.create(**row)


def make_rival_finding(**values: Any) -> RivalFinding:
    row = {"criterion": values.pop("criterion", None) or make_rival_criterion(), **TIMES}
    return RivalFinding.objects.create(
        **{**row, "rating": 3, "evidence": "Visit", "on": _DAY, **values}
    )


def make_rival_price(**values: Any) -> RivalPrice:
    row = {"competitor": values.pop("competitor", None) or make_competitor(), **TIMES}
    return RivalPrice.objects.create(
        **{**row, "offer": "Licence", "amount": Decimal(100), "on": _DAY, **values}
    )


def make_specialist_skill(**values: Any) -> SpecialistSkill:
    row = {"specialist": make_specialist(), "skill": make_skill(), "level": 3, **TIMES, **values}
    return SpecialistSkill.objects.create(**row)


def make_absence(**values: Any) -> Absence:
    row = {"specialist": make_specialist(), "reason": "Leave", **TIMES}
    return Absence.objects.create(**{**row, "starts_on": _DAY, "ends_on": _DAY, **values})


def make_owned_demand(owner: Any = None, **values: Any) -> Demand:
    """A demand on an opportunity of the owner."""
    deal = values.pop("opportunity", None) or make_opportunity(owner)
    return make_demand(deal, values.pop("skill", None) or make_skill(), **values)


def make_booking(owner: Any = None, **values: Any) -> Booking:
    """Somebody's 40 hours for such a demand."""
    demand = make_owned_demand(owner)
    row = {"opportunity": demand.opportunity, "demand": demand, "specialist": make_specialist()}
    row |= {"hours": Decimal(40), "weeks": {"2026-11-30": "40"}, **TIMES, **values}
    return Booking.objects.create(**row)
