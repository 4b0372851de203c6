"""Which opportunities the demo has, where each one stands, and the way it came."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from random import Random

from shangji.config.demo.clock import Clock, spread
from shangji.config.demo.customers import Customer
from shangji.config.demo.people import EAST, LEADER, OVERSEAS, SOUTH
from shangji.lib.values import dataclass

ORDER = (
    "new",
    "verified",
    "assessing",
    "qualified",
    "nurturing",
    "discovery",
    "quote",
    "negotiation",
    "contract",
)
PHASE = {
    **dict.fromkeys(("new", "verified"), "identify"),
    **dict.fromkeys(("assessing", "qualified"), "evaluate"),
    "nurturing": "nurture",
    **dict.fromkeys(("discovery", "quote", "negotiation", "contract", "won", "lost"), "convert"),
    **dict.fromkeys(("onboarding", "service", "renewal", "risk", "churned"), "maintain"),
}
MAINTAIN = ("onboarding", "service", "renewal", "risk", "churned")
#: days a stage takes: least, most
STAYS = {
    "new": (1, 12),
    "verified": (4, 18),
    "assessing": (5, 18),
    "qualified": (4, 14),
    "nurturing": (25, 120),
    "discovery": (7, 24),
    "quote": (8, 28),
    "negotiation": (6, 22),
    "contract": (3, 14),
    "won": (2, 6),
    "lost": (2, 6),
    "onboarding": (20, 45),
    "service": (240, 320),
    "renewal": (20, 40),
    "risk": (15, 40),
    "churned": (30, 60),
}
#: how often a stage is passed over on the way
SKIPPED = {"assessing": 0.15, "qualified": 0.15, "nurturing": 0.55, "negotiation": 0.2}
#: open opportunities by stage: of the leading rep, and of everybody else
LEADING = dict(zip(ORDER, (10, 8, 7, 6, 10, 9, 9, 7, 5), strict=True))
OTHERS = dict(zip(ORDER, (7, 5, 5, 4, 6, 5, 5, 4, 2), strict=True))
MANAGING = dict(zip(ORDER, (0, 0, 0, 1, 1, 2, 2, 2, 1), strict=True))
POOL = {"new": 11, "verified": 5, "nurturing": 4}
TOTAL = 1500
#: where lost ones were lost, of a hundred
LOST_FROM = {
    "new": 25,
    "verified": 15,
    "assessing": 12,
    "qualified": 9,
    "nurturing": 8,
    "discovery": 12,
    "quote": 11,
    "negotiation": 6,
    "contract": 2,
}
#: share won of the decided, by owner; and how a channel changes it
SKILL = {
    "林悦": 0.27,
    "陈志远": 0.34,
    "周子航": 0.20,
    "吴桐": 0.24,
    "赵敏": 0.32,
    "何嘉怡": 0.25,
    "梁俊杰": 0.16,
    "Daniel Wong": 0.23,
    "Emma Clarke": 0.27,
}
CHANNELS = {
    "web_social": (22, 0.85),
    "email": (7, 0.7),
    "seo": (14, 0.9),
    "event": (18, 1.15),
    "referral": (11, 1.9),
    "media": (5, 0.7),
    "paid_search": (12, 0.6),
    "phone": (4, 0.9),
    "partner": (6, 1.5),
    "other": (1, 0.5),
}
STALE = {"new": 3, "verified": 5, "assessing": 7, "qualified": 7, "nurturing": 20, "discovery": 10}
STALE |= {"quote": 10, "negotiation": 7, "contract": 5}


@dataclass
class Plan:
    """One opportunity to be told: its way as (stage, entered), and what is wrong with it.

    `owner` is a name, empty for the pool. `last_talk` is the last contact with the customer.
    """

    owner: str
    customer: Customer
    channel: str
    way: list[tuple[str, datetime]]
    last_talk: datetime
    parent: "Plan | None" = None
    kind: str = "new"
    faults: set[str] = field(default_factory=set)
    #: given by hand: name, amount in CNY, the words of the next step
    known: tuple[str, int, str] | None = None
    #: working days from today to the next step, and its time
    due: tuple[int, str] | None = None

    @property
    def final(self) -> str:
        return self.way[-1][0]

    @property
    def is_open(self) -> bool:
        return self.final in ORDER

    @property
    def is_won(self) -> bool:
        return self.final in {"won", *MAINTAIN}

    @property
    def began(self) -> datetime:
        return self.way[0][1]

    def reached(self, stage: str) -> datetime | None:
        return next((at for key, at in self.way if key == stage), None)


def make_plans(rng: Random, clock: Clock, customers: Sequence[Customer]) -> list[Plan]:
    """All opportunities: open ones by owner and stage, decided ones by date, renewals."""
    planner = _Planner(rng, clock, customers)
    plans = planner.open_ones()
    renewals_expected = 110
    while len(plans) < TOTAL - renewals_expected:
        plans.append(planner.decided())
    plans += planner.renewals(plans)
    while len(plans) < TOTAL:
        plans.append(planner.decided())
    return plans


class _Planner:
    def __init__(self, rng: Random, clock: Clock, customers: Sequence[Customer]) -> None:
        self.rng, self.clock = rng, clock
        self.by_owner: dict[str, list[Customer]] = {}
        for customer in customers:
            self.by_owner.setdefault(customer.owner, []).append(customer)

    def open_ones(self) -> list[Plan]:
        counts = dict.fromkeys((*EAST, *SOUTH, *OVERSEAS), OTHERS)
        counts |= {LEADER: LEADING, "陈志远": MANAGING, "赵敏": MANAGING, "": POOL}
        plans = []
        for owner, stages in counts.items():
            mine = [
                self._open(owner, self._customer(owner), stage)
                for stage, count in stages.items()
                for _n in range(count)
            ]
            if owner:
                self._faults(mine, leading=owner == LEADER)
            plans += mine
        return plans

    def _customer(self, owner: str) -> Customer:
        return self.rng.choice(self.by_owner[owner])

    def _channel(self) -> str:
        keys = list(CHANNELS)
        return self.rng.choices(keys, weights=[CHANNELS[key][0] for key in keys])[0]

    def path(self, final: str, start: str = "") -> list[str]:
        """Stages from the first to an open one, some passed over, some walked twice."""
        begin = ORDER.index(start) if start else int(self.rng.random() < 0.2)
        end = ORDER.index(final)
        kept = [
            key
            for place, key in enumerate(ORDER)
            if min(begin, end) <= place <= end
            and (place in (min(begin, end), end) or self.rng.random() >= SKIPPED.get(key, 0))
        ]
        if len(kept) > 3 and self.rng.random() < 0.14:
            place = self.rng.randrange(2, len(kept))
            kept[place:place] = [kept[place], kept[place - 1]]
        return kept

    def _days(self, stage: str) -> float:
        least, most = STAYS[stage]
        return self.rng.triangular(least, most, (2 * least + most) / 3)

    def _walk(self, path: Sequence[str], end_age: float) -> list[tuple[str, datetime]]:
        """Instants for a path whose last stage was entered `end_age` days ago."""
        ages = [end_age]
        for stage in reversed(path[:-1]):
            ages.insert(0, ages[0] + self._days(stage))
        instants = [self.clock.ago(age, self.rng) for age in ages]
        instants = spread(instants, self.clock.now - timedelta(hours=1))
        return list(zip(path, instants, strict=True))

    def _open(self, owner: str, customer: Customer, stage: str) -> Plan:
        limit = STALE[stage]
        quiet = self.rng.randrange(0, limit)
        last = self.clock.on(self.clock.in_working_days(-quiet), self.rng)
        stay = self._days(stage) * self.rng.uniform(0.15, 1.0)
        way = self._walk(self.path(stage), stay)
        return Plan(owner, customer, self._channel(), way, max(last, way[0][1]))

    def _faults(self, plans: list[Plan], *, leading: bool) -> None:
        """A few have no step, are stale, late, pushed or without a decision maker."""
        rng = self.rng
        convert = [one for one in plans if PHASE[one.final] == "convert"]
        later = [one for one in plans if one.final not in {"new", "verified"}]
        share = (3, 8, 3, 4, 4) if leading else (2, 5, 2, 2, 2)
        rng.shuffle(later)
        rng.shuffle(convert)
        for one in later[: share[0]]:
            one.faults.add("no_step")
        for one in later[share[0] : share[0] + share[1]]:
            one.faults.add("stale")
            self._make_stale(one)
        for one in convert[: share[2]]:
            one.faults.add("late_close")
        for one in convert[share[2] : share[2] + share[3]]:
            one.faults.add("pushed")
        for one in convert[-share[4] :]:
            one.faults.add("no_decider")
        self._dues(plans, leading=leading)

    def _make_stale(self, plan: Plan) -> None:
        limit = STALE[plan.final] + self.rng.randrange(1, 9)
        plan.last_talk = self.clock.on(self.clock.in_working_days(-limit), self.rng)
        late = [at for _stage, at in plan.way if at > plan.last_talk - timedelta(hours=1)]
        if late:  # it came here before it grew quiet
            back = late[-1] - plan.last_talk + timedelta(days=2, hours=2)
            moved = [(stage, at - back) for stage, at in plan.way]
            instants = [self._office(at) for _stage, at in moved]
            instants = spread(instants, plan.last_talk - timedelta(minutes=30))
            plan.way = [(stage, at) for (stage, _), at in zip(moved, instants, strict=True)]

    def _office(self, instant: datetime) -> datetime:
        day = instant.astimezone(self.clock.zone).date()
        return self.clock.at(self.clock.working_day(day, self.rng.choice((-1, 1))), self.rng)

    def _day_after(self, instant: datetime) -> datetime:
        """An office hour of the next working day, as far as it has come."""
        day = instant.astimezone(self.clock.zone).date() + timedelta(days=1)
        return min(self.clock.at(self.clock.working_day(day), self.rng), self._latest)

    def _dues(self, plans: Sequence[Plan], *, leading: bool) -> None:
        """When the next steps are due: one late, one at an hour of today, two today, some this
        week, the rest later."""
        rng = self.rng
        having = [one for one in plans if "no_step" not in one.faults]
        having.sort(key=lambda one: (ORDER.index(one.final), one.last_talk))
        quiet = [one for one in having if self._quiet_days(one) >= 3 and one.final != "new"]
        special = [(-1, ""), (0, "10:30"), (0, ""), (0, "")] if leading else [(-2, ""), (0, "")]
        if not leading and rng.random() < 0.7:
            special.append((-4, ""))
        for one, due in zip(reversed(quiet), special, strict=False):
            one.due = due
        soon = 9
        for one in having:
            if one.due is None and soon and rng.random() < 0.8:
                one.due = (rng.randrange(1, 5), rng.choice(("", "", "14:00", "09:30")))
                soon -= 1
            elif one.due is None:
                one.due = (rng.randrange(6, 22), "")

    def _quiet_days(self, plan: Plan) -> int:
        day = plan.last_talk.astimezone(self.clock.zone).date()
        return self.clock.calendar.working_days_between(day, self.clock.today)

    def decided(self) -> Plan:
        """One that was won or lost at some time in the last two years."""
        rng = self.rng
        names = list(SKILL)
        weights = [18, 6, 13, 13, 6, 13, 13, 9, 9]
        owner = rng.choices(names, weights=weights)[0]
        channel = self._channel()
        # the firm grows, so that more was decided lately: what is open now would otherwise
        # have come through phases in which hardly anything was lost
        age = 2 + 660 * rng.random() ** 1.6
        customer = self._customer(owner)
        if rng.random() < SKILL[owner] * CHANNELS[channel][1]:
            return self._won(owner, customer, channel, age)
        keys = list(LOST_FROM)
        stage = rng.choices(keys, weights=list(LOST_FROM.values()))[0]
        path = [*self.path(stage), "lost"]
        if len(path) > 4 and rng.random() < 0.03:
            path += [path[-2], "lost"]  # reopened, and lost again
        way = self._walk(path, age)
        return Plan(owner, customer, channel, way, way[-1][1])

    def _won(self, owner: str, customer: Customer, channel: str, age: float) -> Plan:
        rng = self.rng
        path = [*self.path("contract"), "won"]
        way = self._walk(path, age)
        if rng.random() > 0.24:  # the rest buys once
            way += self._service(age)
        instants = spread([at for _stage, at in way], self.clock.now - timedelta(hours=2))
        way = [(stage, at) for (stage, _), at in zip(way, instants, strict=True)]
        quiet = self.clock.ago(rng.randrange(1, 30), rng)
        return Plan(owner, customer, channel, way, max(quiet, way[-1][1]))

    def _service(self, age: float) -> list[tuple[str, datetime]]:
        """What came after winning, as far as today."""
        rng = self.rng
        tail: list[tuple[str, float]] = []
        left = age - self._days("won")
        stages = ["onboarding", "service", "renewal"]
        roll = rng.random()
        if roll < 0.09:
            stages = ["onboarding", "service", "risk", "churned"]
        elif roll < 0.2:
            stages = ["onboarding", "service", "risk"]
        for stage in stages:
            if left <= 1:
                break
            tail.append((stage, left))
            shorter = 0.5 if stage == "service" and "risk" in stages else 1.0
            left -= self._days(stage) * shorter
        return [(stage, self.clock.ago(days, rng)) for stage, days in tail]

    def renewals(self, plans: Sequence[Plan]) -> list[Plan]:
        """Customers due for renewal have a child opportunity; some renewed long ago."""
        rng = self.rng
        found: list[Plan] = []
        for parent in plans:
            due = parent.reached("renewal")
            if due is None:
                continue
            age = (self.clock.now - due).total_seconds() / 86400
            if age < 45:
                final = rng.choice(("discovery", "quote", "negotiation"))
                way = self._short(["discovery", "quote", "negotiation"], final, due)
            elif rng.random() < 0.78:
                way = self._short(["discovery", "quote", "contract", "won"], "won", due)
                parent.way.append(("service", self._day_after(way[-1][1])))
                parent.last_talk = max(parent.last_talk, parent.way[-1][1])
            else:
                way = self._short(["discovery", "quote", "lost"], "lost", due)
                parent.way.append(("churned", self._day_after(way[-1][1])))
                parent.last_talk = max(parent.last_talk, parent.way[-1][1])
            child = Plan(parent.owner, parent.customer, parent.channel, way, way[-1][1], parent)
            child.kind = "renewal"
            if child.is_open:
                child.due = (rng.randrange(6, 15), "")
                quiet = self.clock.in_working_days(-rng.randrange(0, 5))
                last = self.clock.on(quiet, rng)
                child.last_talk = max(last, way[-1][1])
            found.append(child)
        return found

    @property
    def _latest(self) -> datetime:
        return self.clock.now - timedelta(hours=1)

    def _short(self, path: list[str], final: str, begin: datetime) -> list[tuple[str, datetime]]:
        path = path[: path.index(final) + 1]
        room = (self.clock.now - begin).total_seconds() / 86400
        step = min(9.0, max(room - 1, 0.5) / (len(path) + 1))
        instants = [begin + timedelta(days=step * (place + 0.2)) for place in range(len(path))]
        instants = spread([self._office(at) for at in instants], self._latest)
        instants = spread([max(at, begin) for at in instants], self._latest)
        return list(zip(path, instants, strict=True))
