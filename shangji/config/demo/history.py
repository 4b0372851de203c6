"""One opportunity's story, told from its plan: rows as they stand today, and the ledger of how
they came to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shangji.config.demo import texts, words
from shangji.config.demo.clock import STEP
from shangji.config.demo.happenings import Tools
from shangji.config.demo.known import close_day
from shangji.config.demo.ledger import Op
from shangji.config.demo.people import LEADER
from shangji.config.demo.plans import PHASE, Plan
from shangji.config.demo.story import Story
from shangji.config.demo.talks import Happening, Talks
from shangji.core.channels.models import Touch
from shangji.core.opportunities.models import (
    Opportunity,
    Reason,
    Stage,
    StageMove,
)
from shangji.core.opportunities.rules import (
    effective_probability,
    forecast_category,
    status_after,
)

#: typical amount in CNY by the stage it stands in
AMOUNTS = {
    "identify": 95_000,
    "evaluate": 190_000,
    "nurture": 165_000,
    "convert": 400_000,
    "maintain": 215_000,
}


class Teller:
    """Tells stories one after the other from one seed."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def tell(self, plan: Plan, parent: Opportunity | None) -> Story:
        """The whole story of a plan. `parent` is saved already."""
        return _Telling(self.tools, plan, parent).run()


class _Telling(Talks):
    def __init__(self, tools: Tools, plan: Plan, parent: Opportunity | None) -> None:
        self.t, self.plan, self.rng = tools, plan, tools.rng
        self.zh = plan.customer.is_chinese
        self.by = tools.crew.id(plan.owner or "孙倩")
        contact = self.rng.choice(plan.customer.contacts)
        if plan.known and plan.customer.account.name in {"华辰精密", "甬江泵业"}:
            contact = plan.customer.contacts[0]
        self.pushes = self._pushes()
        self.close = close_day(self.rng, tools.clock, plan) if plan.is_open else None
        self.record = Opportunity(name=self._name(), account=plan.customer.account, contact=contact)
        self.record.parent = parent
        self.story = Story(plan, self.record, contact)
        self.amount = self._amount()

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
        stood = plan.way[-2][0] if plan.final == "lost" else plan.final
        middle = AMOUNTS["convert" if plan.is_won else PHASE[stood]]
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
        # buyers come back more often
        often = (34, 30, 22, 14) if plan.is_won else (62, 20, 12, 6)
        for _n in range(rng.choices((0, 1, 2, 3), weights=often)[0] if middle else 0):
            yield rng.choice(middle), self._later_touch
        if plan.is_open and PHASE[plan.final] == "convert" and rng.random() < 0.16:
            yield max(plan.last_talk, plan.way[-1][1]) + timedelta(minutes=1), self._judge

    def _reason(self, status: str) -> Reason:
        """Why it ended: early for want of a need or an answer, late for price or a rival."""
        reasons = self.t.stock.reasons[status]
        if status == "won":
            return self.rng.choice(reasons)
        late = int(self.record.phase in {"nurture", "convert"})
        weights = [texts.LOST_WHY.get(one.key, (1, 1))[late] for one in reasons]
        return self.rng.choices(reasons, weights=weights)[0]

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
            reason = self._reason(status)
            notes = texts.LOST_NOTES.get(reason.key)
            note = notes[0 if self.zh else 1] if notes and self.rng.random() < 0.4 else ""
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
