"""One opportunity's story, told from its plan: rows as they stand today, and the ledger of how
they came to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shangji.config.demo import texts, words
from shangji.config.demo.clock import STEP, Clock
from shangji.config.demo.ledger import Ledger, Op
from shangji.config.demo.people import EAST, LEADER, Crew
from shangji.config.demo.plans import MAINTAIN, PHASE, Plan, close_day
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Channel, Touch
from shangji.core.contacts.models import Contact
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
from shangji.core.opportunities.rules import (
    effective_probability,
    forecast_category,
    line_total,
    status_after,
)
from shangji.core.products.models import Product
from shangji.foundation.audit.values import to_json

#: typical amount in CNY by the stage it stands in
AMOUNTS = {
    "identify": 95_000,
    "evaluate": 190_000,
    "nurture": 165_000,
    "convert": 400_000,
    "maintain": 215_000,
}


@dataclass
class Stock:
    """Rows that stories refer to."""

    stages: dict[str, Stage]
    channels: dict[str, Channel]
    reasons: dict[str, list[Reason]]
    products: list[tuple[Product, Decimal]]
    competitors: list[Competitor]


@dataclass
class Story:
    """What one plan became; children refer to `record` once it is saved."""

    plan: Plan
    record: Opportunity
    contact: Contact
    moves: list[tuple[StageMove, Op]] = field(default_factory=list)
    touches: list[tuple[Touch, Op, dict[str, Any]]] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    people: list[OpportunityPerson] = field(default_factory=list)
    lines: list[OpportunityLine] = field(default_factory=list)
    rivals: list[OpportunityCompetitor] = field(default_factory=list)


Happening = tuple[datetime, Callable[[datetime], None]]


class Teller:
    """Tells stories one after the other from one seed."""

    def __init__(self, rng: Random, clock: Clock, crew: Crew, ledger: Ledger, stock: Stock) -> None:
        self.rng, self.clock, self.crew, self.ledger = rng, clock, crew, ledger
        self.stock = stock

    def tell(self, plan: Plan, parent: Opportunity | None) -> Story:
        """The whole story of a plan. `parent` is saved already."""
        return _Telling(self, plan, parent).run()


class _Telling:
    def __init__(self, teller: Teller, plan: Plan, parent: Opportunity | None) -> None:
        self.t, self.plan, self.rng = teller, plan, teller.rng
        self.zh = plan.customer.is_chinese
        self.by = teller.crew.id(plan.owner or "孙倩")
        contact = self.rng.choice(plan.customer.contacts)
        if plan.known and plan.customer.account.name in {"华辰精密", "甬江泵业"}:
            contact = plan.customer.contacts[0]
        self.pushes = self._pushes()
        self.close = close_day(self.rng, teller.clock, plan) if plan.is_open else None
        self.record = Opportunity(name=self._name(), account=plan.customer.account, contact=contact)
        self.record.parent = parent
        self.story = Story(plan, self.record, contact)
        self.amount = self._amount()

    # ------------------------------------------------------------------------- what it is about

    def _name(self) -> str:
        plan, rng = self.plan, self.rng
        if plan.known:
            return plan.known[0]
        pairs = words.RENEWALS if plan.kind == "renewal" else words.PROJECTS[plan.customer.industry]
        return rng.choice(pairs)[0 if self.zh else 1]

    def _pushes(self) -> int:
        if not self.plan.is_open:
            return self.rng.choices((0, 1, 2), weights=(70, 20, 10))[0]
        if "pushed" in self.plan.faults:
            return self.rng.randrange(3, 5)
        return self.rng.choices((0, 1, 2), weights=(74, 18, 8))[0]

    def _amount(self) -> Decimal | None:
        plan, rng = self.plan, self.rng
        if plan.known:
            return Decimal(plan.known[1])
        if PHASE[plan.final] == "identify" and rng.random() < 0.25:
            return None
        middle = AMOUNTS["convert" if plan.is_won else PHASE[plan.final]]
        if plan.kind == "renewal":
            middle = 120_000
        if plan.owner == LEADER:
            middle = round(middle * 1.1)
        raw = min(max(rng.lognormvariate(0, 0.55), 0.25), 4.2) * middle
        return Decimal(round(raw / 2000) * 2000)

    def _currency(self) -> str:
        account = self.plan.customer.account
        if self.zh or self.amount is None:
            return "CNY"
        if account.country == "United Kingdom" and self.rng.random() < 0.5:
            return "GBP"  # the one currency without a rate
        if account.country in {"Germany", "Netherlands"}:
            return "EUR" if self.rng.random() < 0.7 else "CNY"
        return "USD" if self.rng.random() < 0.55 else "CNY"

    # ------------------------------------------------------------------------------- the story

    def run(self) -> Story:
        self._begin()
        for at, happen in sorted(self._happenings(), key=lambda one: one[0]):
            happen(at)
        self._planned()
        return self.story

    def _begin(self) -> None:
        plan, record, t = self.plan, self.record, self.t
        key, at = plan.way[0]
        stage = t.stock.stages[key]
        currency = self._currency()
        if self.amount is not None and currency != "CNY":
            self.amount = Decimal(round(self.amount / 7 / 500) * 500) or Decimal(500)
        record.owner_id = t.crew.id(plan.owner) if plan.owner else None
        record.pipeline_id, record.stage, record.phase = stage.pipeline_id, stage, stage.phase
        record.stage_entered_at = record.last_contact_at = at
        record.status = "open"
        record.probability, record.forecast = stage.probability, stage.forecast
        record.currency = currency
        record.amount = self._first_amount()
        record.opened_on = at.astimezone(t.clock.zone).date()
        record.expected_close_on = self._first_close()
        record.kind = plan.kind
        record.channel = t.stock.channels[plan.channel]
        if plan.channel == "referral" and plan.kind == "new":
            record.kind = "referral"
        elif plan.kind == "new" and self.rng.random() < 0.08:
            record.kind = self.rng.choice(("repeat", "upsell"))
        account = plan.customer.account
        record.tags = [*account.tags] if self.rng.random() < 0.5 else []
        if self.rng.random() < 0.08:
            record.tags = [*record.tags, words.TAGS[3] if self.zh else words.TAGS[7]]
        door = "import" if plan.channel == "event" or not plan.owner else "page"
        op = t.ledger.op(at, self.by, "opportunity.create", door)
        if plan.owner:
            self._set_step(record, at)
        op.created(record)
        self._stay(op, None, stage, at)
        if plan.kind != "renewal":
            self._first_touch(at)

    def _first_amount(self) -> Decimal | None:
        if self.amount is None or self.plan.known or self.rng.random() < 0.7:
            return self.amount
        factor = Decimal(self.rng.choice(("0.7", "0.8", "0.9", "1.15", "1.3")))
        return (self.amount * factor / 1000).quantize(Decimal(1)) * 1000 or self.amount

    def _first_close(self) -> Any:
        days = timedelta(days=31 * self.pushes)
        if self.plan.is_open:
            return self.close and self.t.clock.working_day(self.close - days)
        decided = next(at for key, at in self.plan.way if key in {"won", "lost"})
        day = decided.astimezone(self.t.clock.zone).date() - days
        return self.t.clock.working_day(day + timedelta(days=self.rng.randrange(-6, 14)))

    def _stay(self, op: Op, before: int | None, stage: Stage, at: datetime, **more: Any) -> None:
        if self.story.moves:
            self.story.moves[-1][0].left_at = at
        move = StageMove(
            opportunity=self.record,
            from_stage_id=before,
            stage=stage,
            entered_at=at,
            by_id=self.by if self.plan.owner else None,
            **more,
        )
        self.story.moves.append((move, op))

    def _first_touch(self, at: datetime) -> None:
        source, medium, campaign, page = self.rng.choice(texts.TOUCHES[self.plan.channel])
        before = at - timedelta(minutes=self.rng.randrange(2, 600))
        touch = Touch(
            channel=self.record.channel, source=source, medium=medium, campaign=campaign, page=page
        )
        self._touch(before, at + timedelta(minutes=1), touch, "first_touch", "last_touch")

    def _touch(self, at: datetime, logged: datetime, touch: Touch, *columns: str) -> None:
        touch.at, touch.account, touch.contact = at, self.record.account, self.story.contact
        op = self.t.ledger.op(logged, None, "opportunity.touch", "system")
        fields: dict[str, Any] = {name: [None, None] for name in columns}
        self.record.version += 1
        op.changes.append((self.record, "updated", self.record.version, fields))
        self.story.touches.append((touch, op, fields))

    def _happenings(self) -> Iterable[Happening]:
        plan, rng = self.plan, self.rng
        for stage, at in plan.way[1:]:
            yield at, lambda at, stage=stage: self._move(stage, at)  # type: ignore[misc]
        yield from self._talks()
        ends = [*(at for _stage, at in plan.way[1:]), max(plan.last_talk, plan.way[-1][1])]
        middle = [
            self.t.clock.between(start, end, rng)
            for (_stage, start), end in zip(plan.way, ends, strict=True)
            if end - start > timedelta(hours=3)
        ]
        decided = next((at for key, at in plan.way if key in {"won", "lost"}), None)
        open_time = [at for at in middle if decided is None or at < decided - STEP]
        if self.amount != self.record.amount and open_time:
            yield rng.choice(open_time), self._reprice
        if self.record.expected_close_on:
            for number in range(self.pushes if open_time else 0):
                yield (
                    rng.choice(open_time) + number * STEP,
                    lambda at, left=self.pushes - number - 1: self._push(at, left),  # type: ignore[misc]
                )
        surveyed = plan.reached("discovery")
        if surveyed:
            yield surveyed + timedelta(minutes=2), self._meet_people
            if rng.random() < 0.35:
                yield surveyed + timedelta(minutes=4), self._name_rivals
        quoted = plan.reached("quote")
        if quoted and rng.random() < 0.6:
            yield quoted + timedelta(minutes=3), self._write_lines
        for _n in range(rng.choices((0, 1, 2, 3), weights=(62, 20, 12, 6))[0] if middle else 0):
            yield rng.choice(middle), self._later_touch
        if plan.is_open and PHASE[plan.final] == "convert" and rng.random() < 0.16:
            yield max(plan.last_talk, plan.way[-1][1]) + timedelta(minutes=1), self._judge

    # ------------------------------------------------------------------------------ happenings

    def _move(self, key: str, at: datetime) -> None:
        record, stage = self.record, self.t.stock.stages[key]
        status = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
        before = record.stage_id
        values: dict[str, Any] = {
            "stage": stage.pk,
            "phase": stage.phase,
            "status": status,
            "stage_entered_at": at,
            "probability": effective_probability(
                status=status,
                stage_default=stage.probability,
                manual=record.probability_manual,
            ),
            "forecast": forecast_category(
                status=status, stage_forecast=stage.forecast, manual=None
            ),
        }
        more: dict[str, Any] = {}
        if status == "open" and record.status != "open":
            values |= {"closed_at": None, "closed_on": None, "close_reason": None}
            values |= {"close_note": ""}
        elif status != record.status:
            reason = self.rng.choice(self.t.stock.reasons[status])
            note = self.rng.choice(texts.LOST_NOTES)[0 if self.zh else 1]
            note = note if status == "lost" and self.rng.random() < 0.4 else ""
            values |= {
                "closed_at": at,
                "closed_on": at.astimezone(self.t.clock.zone).date(),
                "close_reason": reason.pk,
                "close_note": note,
            }
            more = {"reason": reason, "note": note}
        action = "opportunity.reopen" if record.status == "lost" else "opportunity.move"
        op = self.t.ledger.op(at, self.by, action)
        op.updated(record, values)
        record.stage = stage
        self._stay(op, before, stage, at, **more)
        if status != "open":
            op.updated(record, self._no_step())
        self._lifecycle(key, at)

    def _lifecycle(self, key: str, at: datetime) -> None:
        """A first win makes a customer; leaving ends it."""
        account = self.plan.customer.account
        after = {"won": "customer", "churned": "former"}.get(key)
        if after and account.lifecycle != after and at > account.updated_at:
            self.t.ledger.op(at, self.by, "account.edit").updated(account, {"lifecycle": after})

    @staticmethod
    def _no_step() -> dict[str, Any]:
        return {
            "next_step": "",
            "next_step_on": None,
            "next_step_time": None,
            "next_step_owner": None,
        }

    def _step_words(self) -> str:
        key = next(
            key for key, one in self.t.stock.stages.items() if one.pk == self.record.stage_id
        )
        pair = self.rng.choice(texts.STEPS.get(key, texts.STEPS["service"]))
        return pair[0 if self.zh else 1].format(person=self.story.contact.name)

    def _step_after(self, at: datetime) -> dict[str, Any]:
        clock = self.t.clock
        day = at.astimezone(clock.zone).date() + timedelta(days=self.rng.randrange(2, 9))
        return {
            "next_step": self._step_words(),
            "next_step_on": clock.working_day(day),
            "next_step_time": None,
            "next_step_owner": self.by,
        }

    def _set_step(self, record: Opportunity, at: datetime) -> None:
        for name, value in self._step_after(at).items():
            setattr(record, "next_step_owner_id" if name == "next_step_owner" else name, value)

    def _last_step(self) -> dict[str, Any]:
        """The step it has today, due as planned; nothing where that is its fault."""
        plan, clock = self.plan, self.t.clock
        if "no_step" in plan.faults or plan.due is None:
            return self._no_step()
        text = plan.known[2] if plan.known and plan.known[2] else self._step_words()
        days, at = plan.due
        return {
            "next_step": text,
            "next_step_on": clock.in_working_days(days) if days else clock.today,
            "next_step_time": time.fromisoformat(at) if at else None,
            "next_step_owner": self.by,
        }

    def _talks(self) -> Iterable[Happening]:
        """Calls, meetings, mails in each stay; the last one as planned."""
        plan, rng = self.plan, self.rng
        if not plan.owner:
            return
        ends = [*(at for _stage, at in plan.way[1:]), plan.last_talk]
        for (stage, start), end in zip(plan.way, ends, strict=True):
            if stage in {"won", "lost"} or end <= start + timedelta(hours=2):
                continue
            days = (end - start).days
            count = min(3, round(rng.random() * 1.1 + days / 40))
            for _n in range(count):
                at = self.t.clock.between(start + STEP, min(end, plan.last_talk), rng)
                if start < at < plan.last_talk - STEP:
                    yield at, self._talk
        if plan.is_open:
            yield max(plan.last_talk, plan.began + timedelta(minutes=30)), self._last_talk
        elif plan.final in MAINTAIN:
            yield plan.last_talk, self._talk

    def _talk(self, at: datetime) -> None:
        self._log(at)
        if self.record.status == "open":
            self.t.ledger.ops[-1].updated(self.record, self._step_after(at))

    def _last_talk(self, at: datetime) -> None:
        self._log(at)
        self.t.ledger.ops[-1].updated(self.record, self._last_step())

    def _log(self, at: datetime) -> None:
        record, rng = self.record, self.rng
        talk = (texts.TALK_ZH if self.zh else texts.TALK_EN)[record.phase]
        kind, subject, body = rng.choice(talk)
        person = self.story.contact.name
        body = body.format(person=person, what=record.name)
        mentions: list[int] = []
        if rng.random() < 0.12:
            note = rng.choice(texts.NOTES_ZH if self.zh else texts.NOTES_EN)
            mate = rng.choice([name for name in EAST if name != self.plan.owner])
            if "{mate}" in note:
                mentions = [self.t.crew.id(mate)]
            body += "\n" + note.format(person=person, mate=mate)
        activity = self._activity(kind, subject, body)
        activity.done_at, activity.mentions = at, mentions
        activity.outcome = rng.choice(texts.OUTCOMES)[0 if self.zh else 1]
        if kind in {"call", "meeting", "visit"}:
            activity.minutes = rng.choice((10, 15, 30, 45, 60, 90))
        op = self.t.ledger.op(at, self.by, "activity.log")
        op.created(activity)
        if record.last_contact_at is None or record.last_contact_at < at:
            op.updated(record, {"last_contact_at": at})

    def _activity(self, kind: str, subject: str, body: str) -> Activity:
        activity = Activity(
            kind=kind,
            subject=subject,
            body=body,
            account=self.record.account,
            contact=self.story.contact,
            owner_id=self.by,
        )
        self.story.activities.append(activity)
        return activity

    def _planned(self) -> None:
        """Some have a meeting or call in the calendar already; a few of the others' are late."""
        plan, rng, clock = self.plan, self.rng, self.t.clock
        if plan.final not in {"discovery", "quote", "negotiation", "onboarding", "service"}:
            return
        if not plan.owner or rng.random() > (0.22 if plan.final != "service" else 0.08):
            return
        kind, zh, en = rng.choice(texts.PLANS)
        activity = self._activity(kind, zh if self.zh else en, "")
        first = -3 if plan.owner != LEADER and rng.random() < 0.2 else 1
        activity.due_on = clock.in_working_days(rng.randrange(first, 13) or 1)
        if kind != "task":
            activity.due_time = time(rng.randrange(9, 17), rng.choice((0, 30)))
            activity.minutes = rng.choice((30, 60, 90))
        at = max(plan.last_talk, plan.way[-1][1]) + timedelta(minutes=3)
        self.t.ledger.op(min(at, clock.now - STEP), self.by, "activity.create").created(activity)

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

    def _judge(self, at: datetime) -> None:
        """Somebody sets the win rate by hand."""
        record = self.record
        percent = min(95, max(5, record.probability + self.rng.choice((-15, -10, 10, 5))))
        op = self.t.ledger.op(
            min(at, self.t.clock.now - timedelta(minutes=2)), self.by, "opportunity.edit"
        )
        op.updated(record, {"probability_manual": percent, "probability": percent})
