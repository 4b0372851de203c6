"""Scorecards that ship: the textbook one gives the score of a new workspace, others are offered."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Scorecard, ScorecardVersion
from shangji.phases.evaluate.rules.scorecards import (
    EXPECTED_VALUE,
    OLDER,
    Auto,
    Card,
    Criterion,
    Group,
    PointRule,
    Words,
    to_document,
)


@dataclass(frozen=True)
class Template:
    """A card to begin with: its names, what it is for, and the card."""

    key: str
    name: Words
    about: Words
    card: Card


def _ask(
    key: str,
    weight: str,
    name: tuple[str, str],
    hint: tuple[str, str],
    question: tuple[str, str],
    steps: Sequence[tuple[str, str]],
    **more: Any,
) -> Criterion:
    """A criterion with what a 3, a 5 and an 8 look like."""
    anchors = {step: Words(*words) for step, words in zip((3, 5, 8), steps, strict=False)}
    return Criterion(
        key, Words(*name), Decimal(weight), Words(*hint), Words(*question), anchors, **more
    )


def _rules(*rules: tuple[str, str], otherwise: str | None = None) -> Auto:
    return Auto(
        "rules",
        rules=tuple(PointRule((condition,), Decimal(points)) for condition, points in rules),
        otherwise=None if otherwise is None else Decimal(otherwise),
    )


TEXTBOOK = Template(
    "textbook",
    Words("经典四项", "Four criteria"),
    Words(
        "紧迫、预算、决策、订单：最常用的一张", "Urgency, budget, decision, order: the usual one"
    ),
    Card(
        (
            _ask(
                "urgency",
                "0.3",
                ("需求紧迫程度", "Urgency"),
                ("客户自己的期限", "The customer's own deadline"),
                ("客户多快必须解决这件事？", "How soon must the customer solve this?"),
                (
                    ("有想法，没有时间表", "An idea, no timetable"),
                    (
                        "半年内要定，推迟也无妨",
                        "To be decided within half a year, delay costs little",
                    ),
                    ("有公开的期限，错过要付出代价", "A known deadline; missing it costs them"),
                ),
            ),
            _ask(
                "budget",
                "0.2",
                ("预算与支付能力", "Budget and ability to pay"),
                ("钱在哪里，谁批", "Where the money is, who approves"),
                ("预算是否落实，付款是否可靠？", "Is the budget there, and do they pay?"),
                (
                    ("没有预算，也没有申请", "No budget, none asked for"),
                    ("已申请，金额未定", "Asked for, amount open"),
                    ("已批复，金额够，付款记录好", "Approved, enough, pays on time"),
                ),
            ),
            _ask(
                "cycle",
                "0.3",
                ("决策周期与意向", "Decision cycle and intent"),
                ("谁拍板，走到哪一步", "Who decides, how far they are"),
                (
                    "决策路径是否清楚，意向有多强？",
                    "Is the way to a decision clear, how keen are they?",
                ),
                (
                    ("只见过使用者", "Only users were met"),
                    ("流程清楚，决策人未表态", "The process is clear, the decider is silent"),
                    ("决策人支持，日期已定", "The decider is for it, the day is set"),
                ),
            ),
            _ask(
                "size",
                "0.2",
                ("订单规模与频率", "Order size and frequency"),
                ("首单与后续", "First order and what follows"),
                ("首单多大，以后还会买吗？", "How large is the first order, will there be more?"),
                (
                    ("小单，一次性", "Small, once"),
                    ("中等，可能复购", "Medium, perhaps again"),
                    ("大单，或每年都有", "Large, or every year"),
                ),
            ),
        ),
        tie_break=("urgency", EXPECTED_VALUE, OLDER),
    ),
)

BANT = Template(
    "bant",
    Words("BANT", "BANT"),
    Words("预算、权限、需求、时间：快速筛选", "Budget, authority, need, time: a quick sieve"),
    Card(
        (
            _ask(
                "budget",
                "0.25",
                ("预算 B", "Budget"),
                ("有没有，够不够", "Is there one, is it enough"),
                ("这件事有预算吗？", "Is there a budget for this?"),
                (
                    ("没有", "None"),
                    ("有意向金额，未批", "An amount in mind, not approved"),
                    ("已批，覆盖报价", "Approved, covers our price"),
                ),
            ),
            _ask(
                "authority",
                "0.25",
                ("权限 A", "Authority"),
                ("我们在和谁谈", "Whom we talk to"),
                ("我们是否接触到能拍板的人？", "Do we reach the one who decides?"),
                (
                    ("联系人没有影响力", "Our contact has no say"),
                    ("联系人能推荐", "Our contact recommends"),
                    ("直接与决策人沟通", "We talk to the decider"),
                ),
            ),
            _ask(
                "need",
                "0.3",
                ("需求 N", "Need"),
                ("痛点与我们的方案", "Their pain and our answer"),
                ("问题有多痛，我们能解决吗？", "How much does it hurt, can we cure it?"),
                (
                    ("锦上添花", "Nice to have"),
                    ("痛点明确，可以先忍", "A clear pain they can live with"),
                    ("影响经营，方案吻合", "It hurts the business and we fit"),
                ),
            ),
            _ask(
                "timeline",
                "0.2",
                ("时间 T", "Timeline"),
                ("什么时候要", "When they want it"),
                ("客户打算什么时候上线？", "When do they mean to go live?"),
                (
                    ("一年以后", "In a year or later"),
                    ("半年内", "Within half a year"),
                    ("三个月内，已排期", "Within three months, planned"),
                ),
            ),
        ),
        tie_break=("need", EXPECTED_VALUE, OLDER),
    ),
)


def _meddicc(
    key: str, weight: str, zh: str, en: str, question: tuple[str, str], *steps: tuple[str, str]
) -> Criterion:
    return _ask(key, weight, (zh, en), ("", ""), question, steps)


MEDDICC = Template(
    "meddicc",
    Words("MEDDICC", "MEDDICC"),
    Words("大单、长周期：七项逐一核实", "Large and long deals: seven things to know"),
    Card(
        (
            _meddicc(
                "metrics", "0.15", "M 量化指标", "Metrics",
                ("客户用什么数字衡量收益？", "By which figures do they measure the gain?"),
                ("没有数字", "No figures"),
                ("我们估算的数字", "Our own estimate"),
                ("客户认可的数字", "Figures the customer signed off"),
            ),
            _meddicc(
                "economic", "0.2", "E 经济决策人", "Economic buyer",
                ("掌握预算的人是否支持？", "Is the one with the budget for us?"),
                ("不知道是谁", "Unknown"),
                ("知道，未见面", "Known, not met"),
                ("见过，明确支持", "Met, and openly for us"),
            ),
            _meddicc(
                "criteria", "0.1", "D 决策标准", "Decision criteria",
                ("客户按什么标准选？", "What do they choose by?"),
                ("不清楚", "Unclear"),
                ("知道标准", "Known"),
                ("标准对我们有利", "Shaped in our favour"),
            ),
            _meddicc(
                "process", "0.15", "D 决策流程", "Decision process",
                ("从现在到签字还有哪些步骤？", "Which steps lie between now and the signature?"),
                ("不清楚", "Unclear"),
                ("知道步骤", "Steps known"),
                ("步骤、人、日期都已书面确认", "Steps, people and days in writing"),
            ),
            _meddicc(
                "pain", "0.15", "I 痛点", "Identified pain",
                ("不做会怎样？", "What happens if they do nothing?"),
                ("没有影响", "Nothing"),
                ("有影响，可以忍", "It hurts, bearably"),
                ("损失明确，不能再拖", "A known loss that cannot wait"),
            ),
            _meddicc(
                "champion", "0.15", "C 内部支持者", "Champion",
                ("客户内部谁在替我们争取？", "Who fights for us inside?"),
                ("没有", "Nobody"),
                ("有人友好", "Somebody is friendly"),
                ("有影响力，替我们推动", "Somebody with weight pushes for us"),
            ),
            _meddicc(
                "competition", "0.1", "C 竞争", "Competition",
                ("我们相对对手处在什么位置？", "Where do we stand against the others?"),
                ("落后", "Behind"),
                ("持平", "Level"),
                ("领先", "Ahead"),
            ),
        ),
        tie_break=("economic", EXPECTED_VALUE, OLDER),
    ),
)  # fmt: skip

FEASIBILITY = Template(
    "feasibility",
    Words("可行性", "Feasibility"),
    Words("市场、需求、优势、回报、风险", "Market, need, edge, return, risk: is it worth it?"),
    Card(
        (
            _ask(
                "market", "0.2", ("市场规模", "Market size"), ("规模与增速", "Size and growth"),
                ("这个市场有多大，在增长吗？", "How large is this market, does it grow?"),
                (("小，萎缩", "Small, shrinking"), ("中等，平稳", "Medium, steady"),
                 ("大，年增两位数", "Large, grows by two digits")),
            ),
            _ask(
                "need", "0.25", ("客户需求", "Customer need"), ("痛点与频率", "Pain and how often"),
                ("客户是否真的需要，多久用一次？", "Do they really need it, how often?"),
                (("可有可无", "Could do without"), ("明确，不常用", "Clear, not often"),
                 ("刚需，天天用", "A must, every day")),
            ),
            _ask(
                "advantage", "0.2", ("竞争优势", "Competitive advantage"),
                ("比主要对手", "Against the main rivals"),
                ("客户为什么选我们？", "Why would they choose us?"),
                (("没有差别", "No difference"), ("有一处明显更好", "Clearly better in one thing"),
                 ("对手短期做不到", "What rivals cannot do soon")),
            ),
            _ask(
                "return", "0.2", ("成本与回报", "Cost and return"),
                ("投入、毛利、回收期", "Outlay, margin, payback"),
                ("投入多少，多久回本？", "What does it take, when is it back?"),
                (("毛利低于一成", "Margin under a tenth"), ("一年左右回本", "Back in about a year"),
                 ("半年内回本，毛利高", "Back within half a year, high margin")),
            ),
            _ask(
                "risk", "0.15", ("风险可控", "Risk control"),
                ("技术、政策、交付", "Technical, policy, delivery"),
                ("主要风险能控制吗？", "Can the main risks be held?"),
                (("不可控", "Out of hand"), ("有预案", "There is a plan"),
                 ("小，且在我们手里", "Small and in our hands")),
            ),
        ),
        tie_break=("need", EXPECTED_VALUE, OLDER),
    ),
)  # fmt: skip

FIT = Template(
    "fit",
    Words("契合 × 互动", "Fit × engagement"),
    Words("一半由字段和触点自动计算", "Half of it computed from fields and touches"),
    Card(
        (
            _ask(
                "need", "0.25", ("需求契合", "Need fits"), ("我们的强项", "What we are good at"),
                ("客户的需求是我们擅长的吗？", "Is this what we are good at?"),
                (("要大量定制", "Much would be made to order"), ("多数能满足", "Most of it"),
                 ("标准产品即可", "Our standard product does it")),
                group="fit",
            ),
            _ask(
                "value", "0.2", ("金额", "Amount"),
                ("5 万以下 0 分，100 万起 10 分", "0 up to 50K, 10 from 1M"),
                ("由金额计算", "Computed from the amount"), (),
                group="fit",
                auto=Auto("number", field="amount", low=Decimal(50000), high=Decimal(1000000)),
            ),
            _ask(
                "decider", "0.15", ("决策人", "Decision maker"), ("是否已知", "Known or not"),
                ("由关键人计算", "Computed from its people"), (),
                group="fit",
                auto=_rules(("decider.is.1", "9"), otherwise="3"),
            ),
            _ask(
                "touches", "0.25", ("互动", "Touches"),
                ("90 天内真人触点", "People's touches in 90 days"),
                ("由触点计算，机器不计", "Computed from touches, machines left out"), (),
                group="engagement",
                auto=Auto("touches", low=Decimal(0), high=Decimal(12), days=90),
            ),
            _ask(
                "step", "0.15", ("下一步", "Next step"), ("是否约定", "Agreed or not"),
                ("由下一步计算", "Computed from the next step"), (),
                group="engagement",
                auto=_rules(("next_step.filled.", "8"), otherwise="2"),
            ),
        ),
        groups=(
            Group("fit", Words("契合", "Fit")),
            Group("engagement", Words("互动", "Engagement")),
        ),
        tie_break=("need", EXPECTED_VALUE, OLDER),
    ),
)  # fmt: skip

TEMPLATES = (TEXTBOOK, BANT, MEDDICC, FEASIBILITY, FIT)


def install_scorecard(now: datetime) -> None:
    """The textbook card, published, once: a workspace that has any card keeps its own."""
    if Scorecard.objects.exists():
        return
    document = to_document(TEXTBOOK.card)
    card = Scorecard.objects.create(
        name_zh=TEXTBOOK.name.zh,
        name_en=TEXTBOOK.name.en,
        draft=document,
        is_default=True,
        created_at=now,
        updated_at=now,
    )
    ScorecardVersion.objects.create(scorecard=card, number=1, definition=document, published_at=now)
