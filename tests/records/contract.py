"""What every described type owes: the shared contract's rows, one maker per type."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shangji.core.accounts.factories import make_account
from shangji.core.activities.factories import make_activity
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.products.factories import make_product
from shangji.phases.evaluate.factories import (
    feasibility,
    make_assessment,
    make_decision,
    make_forecast,
    make_risk,
    make_skill,
    make_specialist,
)


@dataclass(frozen=True)
class Example:
    """One described type in tests.

    Attributes:
        make: (owner, **values) -> a record.
        text: a text field to change, with a value.
        owned: has an owner; else everybody reads it.
    """

    type: str
    make: Callable[..., Any]
    text: tuple[str, str]
    owned: bool = True


def of_all(make: Callable[..., Any]) -> Callable[..., Any]:
    """A maker of reference data: nobody owns it."""
    return lambda owner=None, **values: make(**values)


EXAMPLES: dict[str, Example] = {
    one.type: one
    for one in (
        Example("account", make_account, ("city", "Ningbo")),
        Example("contact", make_contact, ("job_title", "CIO")),
        Example("opportunity", make_opportunity, ("description", "Three lines")),
        Example("activity", make_activity, ("outcome", "Sent")),
        Example("assessment", make_assessment, ("note", "Seen on site")),
        Example("profit_forecast", make_forecast, ("name", "With service")),
        Example("decision", make_decision, ("reason", "Sponsor left")),
        Example("risk", make_risk, ("action", "Sent")),
        Example("demand", feasibility.make_owned_demand, ("name", "Training")),
        Example("booking", feasibility.make_booking, ("note", "On site")),
        Example("market", of_all(feasibility.make_market), ("description", "Mid-size"), False),
        Example("market_input", of_all(feasibility.make_market_input), ("note", "Old"), False),
        Example("competitor", of_all(feasibility.make_competitor), ("name", "Hengjie"), False),
        Example("battlecard", of_all(feasibility.make_battlecard), ("proof", "Visit"), False),
        Example(
            "rival_criterion", of_all(feasibility.make_rival_criterion), ("name", "Price"), False
        ),
        Example("rival_finding", of_all(feasibility.make_rival_finding), ("source", "Web"), False),
        Example("rival_price", of_all(feasibility.make_rival_price), ("unit", "seat"), False),
        Example("skill", of_all(make_skill), ("anchors", "1 to 5"), False),
        Example("specialist", of_all(make_specialist), ("job", "Consultant"), False),
        Example(
            "specialist_skill", of_all(feasibility.make_specialist_skill), ("proof", "Exam"), False
        ),
        Example("absence", of_all(feasibility.make_absence), ("reason", "Training"), False),
        Example("product", lambda owner, **values: make_product(**values), ("unit", "seat"), False),
    )
}

#: strings that have broken programs before
NAUGHTY = (
    "' OR 1=1--",
    "%",
    "_",
    "\\",
    'a"b',
    "a\x00b",
    "\ud800",
    "1e400",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    "${7*7}",
    "ЩЁ ÅÄÖ ﷽ 𠜎",
    "\u202eabc",
    "😀" * 20,
    "a" * 5000,
    "()" * 200,
    "NaN",
    "Infinity",
    "-0",
    "0001-01-01",
    "9999-12-31",
    "99999999999999999999999999",
    "١٢٣",
    "None",
    "null",
    "true",
    "[]",
    "{}",
    ".",
    ",",
    ",,,",
)
MONEY = Decimal("1234.5600")
