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
from shangji.phases.evaluate.factories import make_decision, make_risk


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


EXAMPLES: dict[str, Example] = {
    one.type: one
    for one in (
        Example("account", make_account, ("city", "Ningbo")),
        Example("contact", make_contact, ("job_title", "CIO")),
        Example("opportunity", make_opportunity, ("description", "Three lines")),
        Example("activity", make_activity, ("outcome", "Sent")),
        Example("decision", make_decision, ("reason", "Sponsor left")),
        Example("risk", make_risk, ("action", "Sent")),
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
