"""What people say and plan: calls, visits, notes, next steps."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from shangji.config.demo import texts
from shangji.config.demo.clock import STEP
from shangji.config.demo.happenings import Happenings
from shangji.config.demo.people import EAST, LEADER
from shangji.config.demo.plans import MAINTAIN
from shangji.core.activities.models import Activity
from shangji.core.opportunities.models import (
    Opportunity,
)

Happening = tuple[datetime, Callable[[datetime], None]]


class Talks(Happenings):
    """Activities of an opportunity and the next step each one leads to."""

    @staticmethod
    def _no_step() -> dict[str, Any]:
        return {
            "next_step": "",
            "next_step_on": None,
            "next_step_time": None,
            "next_step_owner": None,
        }

    def _step_words(self, key: str = "") -> str:
        key = key or next(
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
        text = plan.known[2] if plan.known and plan.known[2] else self._step_words(plan.final)
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
