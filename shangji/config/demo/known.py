"""The opportunities of the pictures in docs, and when open ones are expected to close."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from shangji.config.demo.clock import Clock
from shangji.config.demo.people import LEADER
from shangji.config.demo.plans import Plan


def known_plans(plans: Sequence[Plan]) -> None:
    """The opportunities of the pictures, laid over plans of the leading rep."""
    mine: dict[str, list[Plan]] = {}
    for plan in plans:
        if plan.owner == LEADER and plan.is_open and plan.parent is None:
            mine.setdefault(plan.final, []).append(plan)
    by_name = {one.customer.account.name: one.customer for one in plans if one.owner == LEADER}
    for stage, account, name, amount, step in KNOWN:
        rows = mine.get(stage, [])
        found = next(
            (one for one in rows if one.known is None and one.due and one.due[0] <= 0), None
        )
        found = found or next((one for one in rows if one.known is None), None)
        if found is not None:
            found.known = (name, amount, step)
            found.customer = by_name.get(account, found.customer)


#: stage, customer, name, amount, next step
KNOWN = (
    ("quote", "华辰精密", "MES 二期", 1_285_000, "致电周立群"),
    ("contract", "恒远物流", "WMS", 2_140_000, "上传盖章合同"),
    ("discovery", "元禾医疗", "LIS 升级", 860_000, ""),
    ("discovery", "锦程电子", "产线看板一期", 360_000, "现场调研"),
    ("negotiation", "北辰新材", "配方管理", 580_000, "定折扣口径"),
    ("negotiation", "泰和集团", "集团采购平台", 3_200_000, "商务条款二轮"),
    ("quote", "远洲冷链", "仓储自动化", 1_560_000, "发 V2 报价"),
    ("contract", "蓝海食品", "年度维保", 428_000, "寄出合同"),
    ("qualified", "星河制药", "批记录", 580_000, "写会议纪要"),
    ("assessing", "海纳仪表", "标定系统", 450_000, "约现场演示"),
    ("assessing", "鼎泰轴承", "远程运维", 582_000, "问清停机窗口"),
    ("new", "甬江泵业", "泵站远程监控", 320_000, "回复询价"),
    ("nurturing", "锦程电子", "产线看板二期", 412_000, ""),
)


def close_day(rng: Random, clock: Clock, plan: Plan) -> date | None:
    """When an open opportunity is expected to close."""
    if "late_close" in plan.faults:
        return clock.in_working_days(-rng.randrange(2, 12))
    spans = {
        "contract": (3, 26),
        "negotiation": (9, 36),
        "quote": (18, 62),
        "discovery": (28, 95),
        "nurturing": (60, 200),
        "qualified": (45, 110),
        "assessing": (50, 130),
        "verified": (60, 150),
        "new": (60, 150),
    }
    if plan.final == "new" and rng.random() < 0.5:
        return None
    return clock.working_day(clock.today + timedelta(days=rng.randrange(*spans[plan.final])))
