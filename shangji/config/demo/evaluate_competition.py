"""Battlecards, findings and prices of the demo's competitors."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from shangji.config.demo.clock import Clock
from shangji.core.opportunities.models import Competitor
from shangji.phases.evaluate.models import (
    Battlecard,
    RivalCriterion,
    RivalFinding,
    RivalPrice,
)

CRITERIA = ("本地服务", "价格", "功能深度", "上线速度", "行业案例", "开放接口")
#: title, when we win, when we lose, traps, proof, days until review
CARDS = (
    (
        "对蓝卓数科：不打价格战",
        "客户有多品牌设备，要现场接线；三个月内要看到第一条产线上线。",
        "只比软件授权单价；集团已与其签框架协议。",
        "请对方演示 OPC UA 之外的老设备采集；问二次开发由谁维护。",
        "甬江泵业 11 周上线；瑞丰五金 37 台老设备联网照片与验收单。",
        46,
    ),
    (
        "对鼎力软件：比总成本",
        "客户看三年总费用；IT 只有一两个人。",
        "总部财务系统是鼎力，要求同一厂商。",
        "请对方写明接口年费和升级费用。",
        "三年费用对比表；两家由鼎力换来的客户可回访。",
        -20,
    ),
    (
        "对云启智造：比交付人员",
        "要求驻场，工厂在昆山、宁波、台州。",
        "客户想要全云订阅，不接受驻场费。",
        "问项目经理同时带几个项目；要求简历写进合同。",
        "项目经理平均 1.6 个项目；驻场工程师名单。",
        12,
    ),
    (
        "Plexora: win on local service",
        "Buyer needs Chinese screens on the shop floor and an answer within 4 hours.",
        "Parent company abroad has standardised on Plexora.",
        "Ask who speaks Chinese in their second line, and where the data are kept.",
        "SLA report of 12 months; data stays in the customer's own cabinet.",
        75,
    ),
)
#: what evidence may say, by how good the rating is
GOOD = ("三家客户回访一致好评", "现场演示一次通过", "招标评分第一", "响应时间 2 小时内，有工单记录")
FAIR = ("与我们相当，客户看不出差别", "功能有，但要额外授权", "案例有两个，行业不同")
POOR = ("最近一单延期 7 周", "没有本地工程师", "演示时老设备连接失败", "接口文档不公开")
#: offer, amount, unit, reliability, source
PRICES = (
    ("MES 标准版授权", 198000, "套", "document", "招标文件附件"),
    ("车间授权", 52000, "车间", "customer", "采购经理口述"),
    ("实施人天", 1800, "人天", "public", "官网价目表"),
    ("年度维保", 36000, "年", "hearsay", "伙伴转述"),
    ("WMS 企业版", 268000, "套", "document", "中标公告"),
)


def tell_competition(
    now: datetime, rng: Random, clock: Clock, competitors: Sequence[Competitor], owners: list[int]
) -> None:
    """Write them; `owners` keep the cards."""
    stamp = {"created_at": now, "updated_at": now, "created_by_id": owners[0]}
    rivals = [one for one in competitors if one.name != "客户自研"]
    Battlecard.objects.bulk_create(
        Battlecard(
            competitor=rival,
            title=title,
            when_we_win=win,
            when_we_lose=lose,
            traps=traps,
            proof=proof,
            owner_id=owners[place % len(owners)],
            review_by=clock.today + timedelta(days=days),
            **stamp,
        )
        for place, (rival, (title, win, lose, traps, proof, days)) in enumerate(
            zip(rivals, CARDS, strict=False)
        )
    )
    criteria = [
        RivalCriterion(name=name, position=place, **stamp) for place, name in enumerate(CRITERIA)
    ]
    RivalCriterion.objects.bulk_create(criteria)
    RivalFinding.objects.bulk_create(
        _finding(rng, clock, rival, criterion, stamp)
        for rival in (None, *rivals)
        for criterion in criteria
        if rival is None or rng.random() < 0.8
    )
    RivalPrice.objects.bulk_create(
        RivalPrice(
            competitor=rival,
            offer=offer,
            amount=Decimal(amount) * rng.choice((9, 10, 11)) / 10,
            currency="CNY",
            unit=unit,
            reliability=reliability,
            source=source,
            on=clock.today - timedelta(days=rng.randrange(5, 300)),
            **stamp,
        )
        for rival in rivals
        for offer, amount, unit, reliability, source in rng.sample(PRICES, 3)
    )


def _finding(
    rng: Random,
    clock: Clock,
    rival: Competitor | None,
    criterion: RivalCriterion,
    stamp: dict[str, object],
) -> RivalFinding:
    rating = rng.choice((3, 4, 4, 5)) if rival is None else rng.choice((1, 2, 3, 3, 4, 5))
    words = GOOD if rating > 3 else FAIR if rating == 3 else POOR
    return RivalFinding(
        competitor=rival,
        criterion=criterion,
        rating=rating,
        evidence=rng.choice(words),
        on=clock.today - timedelta(days=rng.randrange(3, 240)),
        **stamp,
    )
