"""Scores of the demo: a second scorecard, some fifteen hundred assessments, three deals compared.

Every assessment stands in the ledger, so it has a history and can be undone. The three of the
pictures in docs score 6.6, 6.4 and 6.4, with the tie told apart by urgency.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db.models import OuterRef, Subquery

from shangji.config.demo.clock import Clock
from shangji.config.demo.ledger import BATCH, Ledger
from shangji.config.demo.people import LEADER
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import zone
from shangji.phases.evaluate.actions.assessments import record_assessment
from shangji.phases.evaluate.actions.scorecards import publish_scorecard, save_scorecard
from shangji.phases.evaluate.actions.scoring import fold_scores
from shangji.phases.evaluate.actions.standing import write_points
from shangji.phases.evaluate.defaults.scorecards import install_scorecard
from shangji.phases.evaluate.models import Assessment, Standing, StandingPoint
from shangji.phases.evaluate.queries.scorecards import (
    Published,
    card_in_use,
    default_card,
    forget_scorecards,
)
from shangji.phases.evaluate.rules.scorecards import (
    EXPECTED_VALUE,
    OLDER,
    Card,
    Criterion,
    Words,
)
from shangji.phases.evaluate.rules.scoring import Answer, score

SEED = 41
MANAGER, ADMIN = "陈志远", "顾宁"
#: of a hundred opportunities so many were assessed
ASSESSED = 72
#: what answers rest on, by criterion of the textbook card
GROUNDS = {
    "urgency": ("年底前要上线", "旧系统 6 月停止维护", "客户催过两次", "生产总监给了日期"),
    "budget": ("预算已立项", "财务说明年批", "去年付款准时", "采购给了上限"),
    "cycle": ("决策人到过展厅", "评审会定在下月", "流程三步，走了两步", "只见过使用部门"),
    "size": ("首期一条产线，后面还有四条", "按年采购", "一次性项目", "集团内可推广"),
}


def _criterion(
    key: str, weight: str, zh: str, en: str, hint_zh: str, hint_en: str, *steps: tuple[str, str]
) -> Criterion:
    return Criterion(
        key,
        Words(zh, en),
        Decimal(weight),
        Words(hint_zh, hint_en),
        Words(f"{zh}怎么样？", f"How is the {en.lower()}?"),
        {step: Words(*words) for step, words in zip((3, 5, 8), steps, strict=True)},
    )


GENERAL = Card(
    (
        _criterion(
            "market", "0.3", "市场潜力", "Market potential", "规模与增速", "Size and growth",
            ("同类企业很少", "Few companies like it"), ("省内有一批", "Some in the province"),
            ("多省可复制", "Many in several provinces"),
        ),
        _criterion(
            "edge", "0.2", "竞争优势", "Competitive edge", "比两家主要对手", "Against two rivals",
            ("没有差别", "No difference"), ("有一处更好", "Better in one thing"),
            ("对手做不到", "Rivals cannot do it"),
        ),
        _criterion(
            "resources", "0.3", "资源匹配", "Resource fit", "人力与交付窗口", "People and dates",
            ("要外包", "Needs subcontractors"), ("挤得出人", "People can be freed"),
            ("人和时间都在", "People and time are there"),
        ),
        _criterion(
            "urgency", "0.2", "紧迫程度", "Urgency", "客户自己的期限", "The customer's deadline",
            ("没有时间表", "No timetable"), ("半年内", "Within half a year"),
            ("错过要等很久", "Missing it costs long"),
        ),
    ),
    tie_break=("urgency", EXPECTED_VALUE, OLDER),
)  # fmt: skip
#: customer, name: answers of the rep and of the manager, and what they rest on
COMPARED = (
    ("海纳仪表", "标定系统", (8, 7, 5, 5), (8, 7, 7, 5), {
        "market": ("", "同类企业三省 23 家，已谈 5 家"),
        "edge": ("标定精度高一个等级，两家对手没有证书", ""),
        "resources": ("实施组 1 月只剩一人", "可从恒远物流项目调回两人"),
        "urgency": ("计量复检 9 月到期", ""),
    }),
    ("星河制药", "批记录", (5, 6, 7, 8), (5, 6, 7, 8), {
        "market": ("", "无锡周边药企 9 家"),
        "edge": ("对手也有同类模块", ""),
        "resources": ("", "模板可复用，交付两个月"),
        "urgency": ("停产检修 2 月 6 日至 20 日，错过要等半年", ""),
    }),
    ("鼎泰轴承", "远程运维", (7, 8, 5, 6), (7, 8, 5, 6), {
        "market": ("轴承行业协会会员 60 家", ""),
        "edge": ("", "振动模型是自己的"),
        "resources": ("现场网关要外购", ""),
    }),
)  # fmt: skip


def make_scores(clock: Clock, opportunities: Iterable[Opportunity]) -> None:
    """Cards, assessments and the scores that follow from them."""
    rng = Random(SEED)
    install_scorecard(clock.ago(700, rng))
    people = {one.name: one for one in User.objects.all()}
    general = _general_card(clock, rng, people)
    version = default_card()
    assert version is not None
    rows = list(opportunities)
    _assess(clock, rng, version, rows, people)
    _compare(clock, rng, general, people)
    forget_scorecards()


def _general_card(clock: Clock, rng: Random, people: dict[str, User]) -> Published:
    """Four versions, as a card grows: alike, weighted, with anchors."""
    admin = Actor(people[ADMIN], "page")
    weights = GENERAL.weights
    bare = replace(GENERAL, criteria=tuple(replace(one, anchors={}) for one in GENERAL.criteria))
    steps = (
        (400, bare.reweighted(dict.fromkeys(weights, Decimal("0.25")))),
        (
            290,
            bare.reweighted(
                dict(zip(weights, map(Decimal, ("0.3", "0.3", "0.2", "0.2")), strict=True))
            ),
        ),
        (180, bare),
        (60, GENERAL),
    )
    row: Any = None
    for days, card in steps:
        at = clock.ago(days, rng)
        row = save_scorecard(
            actor=admin, name_zh="通用可行性", name_en="General feasibility", card=card,
            scorecard=row, now=at,
        )  # fmt: skip
        publish_scorecard(actor=admin, scorecard=row, now=at + timedelta(minutes=9))
    forget_scorecards()
    return card_in_use(row.pk)


def _assess(
    clock: Clock, rng: Random, version: Published, rows: list[Opportunity], people: dict[str, User]
) -> None:
    """First assessments some weeks in, second thoughts on the way to a decision, corrections of
    open ones lately: each with its point of the drift on the day it was made."""
    ledger = Ledger()
    told: list[Assessment] = []
    later: list[Assessment] = []
    for row in rows:
        if rng.randrange(100) >= ASSESSED:
            continue
        level = _level(row, rng)
        end = row.closed_at or clock.now - timedelta(days=1)
        start = row.created_at + timedelta(hours=rng.randrange(20, 60))
        if start >= end:
            continue  # it came yesterday: nobody has looked at it yet
        at = start + (min(end, start + timedelta(days=40)) - start) * rng.random()
        rater = row.owner_id or people[MANAGER].pk
        told.append(_assessment(ledger, rng, version, row, rater, level, at))
        if row.closed_at is not None and rng.randrange(100) < 45:
            drift = level + rng.uniform(-0.6, 0.6) + (0.5 if row.status == "won" else -0.5)
            again = at + (end - at) * rng.uniform(0.2, 0.8)
            told.append(_assessment(ledger, rng, version, row, rater, drift, again))
        if row.status == Opportunity.OPEN and row.owner_id and rng.randrange(100) < 55:
            again = clock.now - timedelta(days=rng.randrange(1, 24), hours=rng.randrange(9))
            if again > at:
                drift = level + rng.uniform(-0.4, 1.6)
                later.append(_assessment(ledger, rng, version, row, row.owner_id, drift, again))
                if rng.randrange(100) < 30:
                    boss = people[MANAGER].pk
                    seen = level + rng.uniform(-1.5, 1)
                    later.append(_assessment(ledger, rng, version, row, boss, seen, again))
    Assessment.objects.bulk_create(told, batch_size=BATCH)
    _fold_history(version, told, clock.now)
    Assessment.objects.bulk_create(later, batch_size=BATCH)
    for on, part in _by_day(later):
        fold_scores(sorted({one.opportunity_id for one in part}), now=on, closed=True)
    ledger.write_operations()
    ledger.write_changes()


def _fold_history(version: Published, told: list[Assessment], now: datetime) -> None:
    """Scores of today, and a point on the day of each assessment: one person's, so its own."""
    fold_scores(sorted({one.opportunity_id for one in told}), now=now, closed=True)
    StandingPoint.objects.filter(kind=StandingPoint.SCORE).delete()
    source = f"scorecard:{version.scorecard_id}:v{version.number}"
    here = zone()
    write_points(
        [
            (one.opportunity_id, StandingPoint.SCORE, one.rated_at.astimezone(here).date(),
             one.points, source)
            for one in told
            if one.points is not None
        ]
    )  # fmt: skip
    last = Assessment.objects.filter(opportunity=OuterRef("pk")).order_by("-rated_at")
    Standing.objects.filter(score__isnull=False).update(
        scored_at=Subquery(last.values("rated_at")[:1])
    )


def _by_day(rows: list[Assessment]) -> list[tuple[datetime, list[Assessment]]]:
    """Those of one day together, oldest first."""
    days: dict[date, list[Assessment]] = {}
    for row in rows:
        days.setdefault(row.rated_at.date(), []).append(row)
    return [(max(one.rated_at for one in days[day]), days[day]) for day in sorted(days)]


def _level(row: Opportunity, rng: Random) -> float:
    """How good it looked: won ones better than lost ones, though not always."""
    middle = {"won": 6.7, "lost": 5.3}.get(row.status, 6.0)
    return middle + rng.gauss(0, 1.5)


def _assessment(
    ledger: Ledger,
    rng: Random,
    version: Published,
    row: Opportunity,
    rater_id: int | None,
    level: float,
    at: datetime,
) -> Assessment:
    assert version.card is not None
    answers, values = {}, {}
    for one in version.card.asked:
        if rng.randrange(100) < 8:
            continue  # not known, and not taken as zero
        value = Decimal(max(1, min(10, round(level + rng.gauss(0, 1.2)))))
        values[one.key] = value
        answers[one.key] = {"value": f"{value:f}"}
        if rng.randrange(100) < 62:
            answers[one.key]["text"] = rng.choice(GROUNDS[one.key])
    made = score(version.card, values)
    record = Assessment(
        opportunity=row,
        scorecard_id=version.scorecard_id,
        scorecard_version_id=version.version_id,
        rater_id=rater_id,
        rated_at=at,
        answers={"version": 1, "answers": answers},
        points=made.points,
        share=made.share * 100,
    )
    ledger.op(at, rater_id, "assessment.record").created(record)
    return record


def _compare(clock: Clock, rng: Random, version: Published, people: dict[str, User]) -> None:
    """The three of the pictures, assessed by two people."""
    keys = [one.key for one in GENERAL.criteria]
    for place, (account, name, rep, boss, grounds) in enumerate(COMPARED):
        found = Opportunity.objects.filter(account__name=account, name=name).first()
        if found is None:
            continue
        for who, values, side, days in ((LEADER, rep, 0, 7), (MANAGER, boss, 1, 5)):
            at = clock.ago(days, rng) + timedelta(minutes=11 * place)
            record_assessment(
                actor=Actor(people[who], "page"),
                opportunity=found,
                version=version,
                answers={
                    key: Answer(Decimal(value), grounds.get(key, ("", ""))[side])
                    for key, value in zip(keys, values, strict=True)
                },
                note="评审会前重评",
                now=min(at, clock.now),
            )
