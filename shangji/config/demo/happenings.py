"""What happens to an opportunity beside its moves: prices, pushes, people, lines, touches."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shangji.config.demo import texts
from shangji.config.demo.clock import Clock
from shangji.config.demo.ledger import Ledger
from shangji.config.demo.people import Crew
from shangji.config.demo.plans import Plan
from shangji.config.demo.story import Stock, Story
from shangji.core.channels.models import Touch
from shangji.core.opportunities.models import (
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
    OpportunityPerson,
)
from shangji.core.opportunities.rules import (
    line_total,
)
from shangji.foundation.audit.values import to_json
from shangji.lib.values import dataclass


@dataclass
class Tools:
    """What every telling works with."""

    rng: Random
    clock: Clock
    crew: Crew
    ledger: Ledger
    stock: Stock


class Happenings:
    """One opportunity being told; moves and talks build on this."""

    t: Tools
    plan: Plan
    rng: Random
    zh: bool
    by: int
    record: Opportunity
    story: Story
    close: date | None
    amount: Decimal | None

    def _reprice(self, at: datetime) -> None:
        if not self.story.lines:
            op = self.t.ledger.op(at, self.by, "opportunity.edit")
            op.updated(self.record, {"amount": self.amount})

    def _push(self, at: datetime, left: int) -> None:
        before = self.record.expected_close_on
        if before is None:
            return
        clock = self.t.clock
        if left == 0 and self.close is not None:
            after = self.close
        else:
            after = clock.working_day(before + timedelta(days=self.rng.randrange(24, 34)))
        if after <= before:
            return
        op = self.t.ledger.op(at, self.by, "opportunity.edit")
        values = {"expected_close_on": after, "push_count": self.record.push_count + 1}
        op.updated(self.record, values)

    def _meet_people(self, at: datetime) -> None:
        rng, contacts = self.rng, self.plan.customer.contacts
        roles = ["decider", "champion", "buyer"]
        if "no_decider" in self.plan.faults:
            roles = ["user", "influencer", "buyer"]
        elif rng.random() < 0.06:
            roles = ["champion", "gatekeeper", "buyer"]
        op = self.t.ledger.op(at, self.by, "opportunity.person")
        for contact, role in zip(contacts[: rng.randrange(1, 4)], roles, strict=False):
            stance = rng.choice(("support", "support", "neutral", "neutral", "reserved", "unknown"))
            self.story.people.append(
                OpportunityPerson(
                    opportunity=self.record, contact=contact, role=role, stance=stance
                )
            )
            op.note(self.record, "people", None, [contact.name, role, stance])

    def _name_rivals(self, at: datetime) -> None:
        rivals = self.rng.sample(self.t.stock.competitors, self.rng.choice((1, 1, 2)))
        for one in rivals:
            self.story.rivals.append(OpportunityCompetitor(opportunity=self.record, competitor=one))
        op = self.t.ledger.op(at, self.by, "opportunity.competitors")
        op.note(self.record, "competitors", [], [one.name for one in rivals])

    def _write_lines(self, at: datetime) -> None:
        """Products that come near the amount; the amount becomes their sum."""
        rng, record = self.rng, self.record
        if record.amount is None or record.currency not in {"CNY", "USD"} or self.plan.known:
            return
        rest = record.amount
        chosen = rng.sample(self.t.stock.products, rng.randrange(1, 4))
        for place, (product, dollars) in enumerate(chosen):
            price = product.price if record.currency == "CNY" else dollars
            assert price is not None
            share = rest if place == len(chosen) - 1 else rest / 2
            quantity = Decimal(max(1, round(share / price)))
            discount = Decimal(rng.choice((0, 0, 5, 8, 10)))
            line = OpportunityLine(
                opportunity=record,
                product=product,
                name=product.name,
                quantity=quantity,
                unit_price=price,
                discount=discount,
                total=line_total(
                    quantity=quantity, unit_price=price, discount=discount, decimals=2
                ),
                position=place,
            )
            self.story.lines.append(line)
            rest = max(rest - line.total, Decimal(0))
        op = self.t.ledger.op(at, self.by, "opportunity.lines")
        op.updated(record, {"amount": sum(line.total for line in self.story.lines)})
        names = ("name", "quantity", "unit_price", "discount", "total")
        after = [[to_json(getattr(line, key)) for key in names] for line in self.story.lines]
        op.note(record, "lines", [], after)

    def _later_touch(self, at: datetime) -> None:
        source, medium, page, is_machine = self.rng.choice(texts.LATER_TOUCHES)
        touch = Touch(source=source, medium=medium, page=page, is_machine=is_machine)
        self._touch(at - timedelta(minutes=1), at, touch, "last_touch")

    def _touch(self, at: datetime, logged: datetime, touch: Touch, *columns: str) -> None:
        touch.at, touch.account, touch.contact = at, self.record.account, self.story.contact
        op = self.t.ledger.op(logged, None, "opportunity.touch", "system")
        fields: dict[str, Any] = {name: [None, None] for name in columns}
        self.record.version += 1
        op.changes.append((self.record, "updated", self.record.version, fields))
        self.story.touches.append((touch, op, fields))

    def _judge(self, at: datetime) -> None:
        """Somebody sets the win rate by hand."""
        record = self.record
        percent = min(95, max(5, record.probability + self.rng.choice((-15, -10, 10, 5))))
        op = self.t.ledger.op(
            min(at, self.t.clock.now - timedelta(minutes=2)), self.by, "opportunity.edit"
        )
        op.updated(record, {"probability_manual": percent, "probability": percent})

    def _lifecycle(self, key: str, at: datetime) -> None:
        """A first win makes a customer; leaving ends it."""
        account = self.plan.customer.account
        after = {"won": "customer", "churned": "former"}.get(key)
        if after and account.lifecycle != after and at > account.updated_at:
            self.t.ledger.op(at, self.by, "account.edit").updated(account, {"lifecycle": after})
