"""What changed since Monday of last week, from the ledger."""

from collections import defaultdict
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change
from shangji.foundation.workspace.queries import current_workspace, today, zone
from shangji.insights.queries.attention import knows_amounts, mine_or_all
from shangji.insights.rules import by_weight, previous_week_start
from shangji.lib.dates import quarter_range, start_of_day
from shangji.lib.values import dataclass

#: at most this many changes are read; more and the page says so
LIMIT = 5000


@dataclass
class Move:
    """One line of the waterfall: how many opportunities, and by how much per currency."""

    key: str
    label: Any
    count: int = 0
    amount: dict[str, Decimal] = field(default_factory=dict)


@dataclass
class Changes:
    """The waterfall, its net effect on open business per currency, and whether more than LIMIT
    changes were made, of which the first were counted."""

    moves: list[Move]
    net: dict[str, Decimal]
    is_cut: bool


def changes_since(actor: Actor, now: datetime) -> Changes:
    """New, raised, lowered, pushed out of the quarter, won and lost since Monday of last week.

    What an import brought in as won or lost long ago is no news.
    """
    monday = previous_week_start(today(now=now))
    since = start_of_day(monday, zone())
    mine = mine_or_all(actor)
    moves = {
        key: Move(key, label)
        for key, label in (
            ("new", pgettext_lazy("change", "New")),
            ("raised", _("Amount raised")),
            ("lowered", _("Amount lowered")),
            ("pushed", _("Pushed out of the quarter")),
            ("won", _("Won")),
            ("lost", _("Lost")),
        )
    }
    # what was undone counts as little as the undo of it
    changed = (
        Change.objects.filter(
            record_type=Opportunity.record_type,
            operation__at__gte=since,
            operation__undone_at=None,
            record_id__in=mine.values("pk"),
        )
        .exclude(operation__undoes__at__gte=since)
        .values_list("record_id", "kind", "fields")
    )
    found = list(changed[: LIMIT + 1])
    rows = found[:LIMIT]
    facts = {
        pk: (currency, amount or Decimal(0))
        for pk, currency, amount in Opportunity.objects.filter(
            pk__in={record_id for record_id, _kind, _fields in rows}
        ).values_list("pk", "currency", "amount")
    }
    quarter_end = quarter_range(today(now=now)).end.isoformat()
    for record_id, kind, fields in rows:
        currency, amount = facts[record_id]
        status = fields.get("status", [None, None])[1]
        if kind == Change.CREATED:
            decided = fields.get("closed_on", [None, None])[1]
            if decided and decided < monday.isoformat():
                continue
            _count(moves["new"], currency, _decimal(fields.get("amount", [None, None])[1]))
        elif "amount" in fields:
            before, after = (_decimal(value) for value in fields["amount"])
            _count(moves["raised" if after > before else "lowered"], currency, after - before)
        pair = fields.get("expected_close_on")
        if pair and pair[0] and pair[1] and pair[0] < quarter_end <= pair[1]:
            _count(moves["pushed"], currency, -amount)
        if status == "won":
            _count(moves["won"], currency, amount)
        elif status == "lost":
            _count(moves["lost"], currency, -amount)
    net: dict[str, Decimal] = defaultdict(Decimal)
    for key in ("new", "raised", "lowered", "pushed", "lost"):
        for currency, amount in moves[key].amount.items():
            net[currency] += amount
    is_cut = len(found) > LIMIT
    if not knows_amounts(actor):
        counts = [
            Move(one.key, one.label, one.count)
            for one in moves.values()
            if one.count and one.key not in {"raised", "lowered"}
        ]
        return Changes(counts, {}, is_cut)
    main = current_workspace().currency
    for one in moves.values():
        one.amount = by_weight(one.amount, main)
    return Changes([one for one in moves.values() if one.count], by_weight(net, main), is_cut)


def _count(move: Move, currency: str, amount: Decimal) -> None:
    move.count += 1
    move.amount[currency] = move.amount.get(currency, Decimal(0)) + amount


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)
