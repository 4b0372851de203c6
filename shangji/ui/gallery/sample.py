"""Made-up people and opportunities for the gallery, in both languages; nothing reads a table."""

from dataclasses import field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from shangji.lib.values import dataclass
from shangji.ui.menus import menu_links


def say(zh: str, en: str) -> str:
    """The text in the language of the page."""
    return zh if (get_language() or "zh").startswith("zh") else en


@dataclass(frozen=True)
class Person:
    """Somebody with a name; enough for an avatar."""

    name: str


LIN = ("林悦", "Lin Yue")
CHEN = ("陈志远", "Chen Zhiyuan")
ZHAO = ("赵敏", "Zhao Min")


def person(names: tuple[str, str]) -> Person:
    return Person(say(*names))


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def at(days: int, hour: int, minute: int) -> datetime:
    """An instant of the reader's day `days` from today."""
    local = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return local + timedelta(days=days)


def shell(current: str) -> dict[str, Any]:
    """The shell of a rep named Lin Yue, as docs/ui.md lists it."""
    phases = [
        ("identify", "识别", "Identify", 128),
        ("evaluate", "评估", "Evaluate", 46),
        ("nurture", "培育", "Nurture", 63),
        ("convert", "转换", "Convert", 38),
        ("maintain", "维护", "Maintain", 214),
    ]
    nav = [
        ("accounts", "客户", "Customers", "building", None, "g c"),
        ("contacts", "联系人", "Contacts", "address-book", None, "g p"),
        ("activities", "跟进", "Activities", "messages", None, ""),
        ("pool", "公海", "Open pool", "lifebuoy", 17, ""),
        ("insights", "洞察", "Insights", "chart-histogram", None, "g i"),
    ]
    here = "/ui/gallery/"
    return {
        "workspace_name": say("翰海工业", "Hanhai"),
        "workspace_menu": [{"label": say("设置", "Settings"), "url": here, "icon": "settings"}],
        "home_url": here,
        "current": current,
        "in_opportunities": current in ("convert", "opportunities"),
        "today_url": here + "today/",
        "today_count": 7,
        "opportunities_url": here + "list/",
        "phases": [
            {"key": key, "label": say(zh, en), "count": count, "url": here + "board/"}
            for key, zh, en, count in phases
        ],
        "nav": [
            {
                "key": key,
                "label": say(zh, en),
                "icon": icon,
                "url": here,
                "count": count,
                "hotkey": hotkey,
            }
            for key, zh, en, icon, count, hotkey in nav
        ],
        "settings_url": here + "kit/",
        "search_url": here,
        "suggest_url": here + "suggest/",
        "notices_url": here,
        "unread": 0,
        "create": menu_links(
            {"label": label, "icon": icon, "url": here}
            for label, icon in (
                (say("商机", "Opportunity"), "target"),
                (say("联系人", "Contact"), "user-plus"),
            )
        ),
        "user": person(LIN),
        "profile_url": here,
        "sign_out_url": here,
        "language_url": "/language/",
        "theme_url": "",
        "theme": "auto",
        "density": "standard",
        "keys": "on",
    }


@dataclass
class Card:
    """What a card on the board and a row of the list show."""

    id: int
    name: str
    account: str
    close: date
    grade: str
    amount: Decimal
    owner: Person
    step: str = ""
    due: date | datetime | None = None
    stale: int = 0
    pushed: int = 0
    selected: bool = False
    probability: Decimal = Decimal("0.5")
    currency: str = "CNY"
    manual: bool = False
    touched: int = 1
    editing: bool = False
    version: int = 1
    stage: str = ""
    phase: str = "convert"

    @property
    def weighted(self) -> Decimal:
        return self.amount * self.probability


@dataclass
class Column:
    """A column of the board, or a group of the list."""

    key: str
    name: str
    count: int
    probability: Decimal
    total: Decimal
    weighted: Decimal
    bar: tuple[float, float]
    cards: list[Card] = field(default_factory=list)
    more: int = 0
    phase: str = "convert"
    apart: str = ""


def _card(number: int, row: tuple[Any, ...]) -> Card:
    zh, en, azh, aen, close, grade, wan, owner, szh, sen, due, extra = row
    return Card(
        id=number,
        name=say(zh, en),
        account=say(azh, aen),
        close=in_days(close),
        grade=grade,
        amount=Decimal(str(wan)) * 10000,
        owner=person(owner),
        step=say(szh, sen) if szh else "",
        due=(at(0, 10, 30) if due == "10:30" else in_days(due)) if due is not None else None,
        **extra,
    )


_ROWS: dict[str, list[tuple[Any, ...]]] = {
    "discovery": [
        ("产线看板一期", "Line dashboard, phase 1", "锦程电子", "Jincheng Electronics", 35, "B", 36, LIN, "现场调研", "Site survey", 0, {}),
        ("LIS 升级", "LIS upgrade", "元禾医疗", "Yuanhe Medical", 27, "A", 86, LIN, "", "", None, {"stale": 6, "touched": 6}),
        ("设备联网改造", "Machine connectivity", "鼎泰轴承", "Dingtai Bearing", 53, "B", 58.2, CHEN, "方案演示", "Demo", 8, {}),
        ("质检追溯", "Quality traceability", "越秀食品", "Yuexiu Foods", 68, "C", 22.5, ZHAO, "问清预算口径", "Confirm budget owner", 4, {}),
        ("能耗监测平台", "Energy monitoring", "中浦化工", "Zhongpu Chemical", 79, "B", 74, LIN, "发调研提纲", "Send survey outline", 7, {"touched": 3}),
    ],
    "quote": [
        ("MES 二期", "MES phase 2", "华辰精密", "Huachen Precision", 25, "A", 128.5, LIN, "致电周立群", "Call Zhou Liqun", "10:30", {"selected": True, "editing": True}),
        ("备件商城", "Spare parts store", "海纳仪表", "Haina Instruments", 17, "B", 45, CHEN, "等客户回复报价", "Awaiting quote reply", -5, {"stale": 9, "touched": 9}),
        ("仓储自动化", "Warehouse automation", "远洲冷链", "Yuanzhou Cold Chain", 32, "A", 156, LIN, "发 V2 报价", "Send quote V2", 2, {"selected": True}),
        ("实验室管理", "Lab management", "北辰新材", "Beichen Materials", 46, "C", 39.6, ZHAO, "技术澄清会", "Technical Q&A", 3, {"pushed": 2, "manual": True, "probability": Decimal("0.4"), "touched": 3}),
        ("供应商门户", "Supplier portal", "启明模具", "Qiming Mould", 38, "D", 28, ZHAO, "", "", None, {"stale": 14, "pushed": 3, "touched": 14}),
    ],
    "negotiation": [
        ("配方管理", "Recipe management", "北辰新材", "Beichen Materials", 7, "A", 58, LIN, "定折扣口径", "Agree discount", 1, {"selected": True}),
        ("集团采购平台", "Group procurement", "泰和集团", "Taihe Group", 22, "A", 320, CHEN, "商务条款二轮", "Terms, round 2", 4, {"pushed": 1, "touched": 2}),
        ("车间排程", "Shop-floor scheduling", "瑞丰五金", "Ruifeng Hardware", 5, "B", 33.8, ZHAO, "催法务意见", "Chase legal review", -3, {"stale": 7, "touched": 7}),
        ("售后工单", "After-sales tickets", "安途客车", "Antu Coach", 29, "B", 64, LIN, "与采购总监面谈", "Meet purchasing head", 9, {"touched": 5}),
        ("设备点检", "Equipment inspection", "东岳重工", "Dongyue Heavy", 37, "C", 47.5, CHEN, "确认付款节点", "Confirm payment terms", 10, {}),
    ],
    "contract": [
        ("WMS", "WMS", "恒远物流", "Hengyuan Logistics", 1, "A", 214, LIN, "上传盖章合同", "Upload signed contract", 0, {}),
        ("年度维保", "Annual maintenance", "蓝海食品", "Lanhai Foods", 7, "A", 42.8, CHEN, "寄出合同", "Post contract", 2, {}),
        ("数据中台", "Data platform", "嘉兴港务", "Jiaxing Port", 7, "B", 98, ZHAO, "走用印流程", "Company seal", 3, {"touched": 2}),
        ("门店巡检", "Store inspection", "百禾连锁", "Baihe Retail", 7, "B", 18.6, ZHAO, "确认开票信息", "Confirm invoice details", 4, {}),
        ("防伪溯源", "Anti-counterfeit tracing", "云岭茶业", "Yunling Tea", 11, "C", 13.6, LIN, "客户法务审核", "Customer legal review", 8, {}),
    ],
}  # fmt: skip
_COLUMNS = [
    ("discovery", "需求确认", "Discovery", 13, "0.3", 416, "124.8", (70, 21), 8),
    ("quote", "方案报价", "Solution & quote", 12, "0.5", 488, "244", (81, 41), 7),
    ("negotiation", "商务谈判", "Negotiation", 8, "0.7", 580, "406", (97, 68), 3),
    ("contract", "合同签订", "Contract", 5, "0.9", 387, "348.3", (64, 58), 0),
]


def columns() -> list[Column]:
    """The four open columns of convert."""
    found = []
    for place, (key, zh, en, count, rate, total, weighted, bar, more) in enumerate(_COLUMNS):
        column = Column(
            key=key,
            name=say(zh, en),
            count=count,
            probability=Decimal(rate),
            total=Decimal(total) * 10000,
            weighted=Decimal(weighted) * 10000,
            bar=bar,
            more=more,
            cards=[_card(place * 10 + n, row) for n, row in enumerate(_ROWS[key], start=1)],
        )
        for card in column.cards:
            card.stage = column.name
            if not card.manual:
                card.probability = column.probability
        found.append(column)
    return found


_NURTURE: list[tuple[Any, ...]] = [
    ("产线看板二期", "Line dashboard, phase 2", "锦程电子", "Jincheng Electronics", 66, "B", 41.2, LIN, "复核意向", "Review intent", 0, {"touched": 2}),
    ("冷链传感", "Cold-chain sensors", "远洲冷链", "Yuanzhou Cold Chain", 81, "B", 26.8, CHEN, "发案例", "Send case study", 3, {"touched": 4}),
    ("出口合规模块与单证管理", "Export compliance module", "东岳重工", "Dongyue Heavy", 102, "C", 8.6, ZHAO, "研讨会后跟进", "Webinar follow-up", 4, {"currency": "USD", "touched": 9}),
]  # fmt: skip


def groups() -> list[Column]:
    """Groups of the list: nurturing and the stages of convert."""
    nurture = Column(
        key="nurturing",
        name=say("培育中", "Nurturing"),
        count=63,
        probability=Decimal("0.25"),
        total=Decimal(11020000),
        weighted=Decimal(2760000),
        bar=(0, 0),
        more=60,
        phase="nurture",
        apart=say("1 个美元另计", "1 in US$ kept apart"),
        cards=[_card(90 + n, row) for n, row in enumerate(_NURTURE)],
    )
    for card in nurture.cards:
        card.stage, card.phase, card.probability = nurture.name, "nurture", nurture.probability
    found = [nurture, *columns()]
    picks = {
        "discovery": (1, 4, 2),
        "quote": (2, 0, 1, 3),
        "negotiation": (1, 3, 0),
        "contract": (0, 2),
    }
    for group in found[1:]:
        group.cards = [group.cards[n] for n in picks[group.key]]
        group.more = group.count - len(group.cards)
    return found


def flow() -> list[dict[str, Any]]:
    """The flow strip: five phases with rate, count, value and an eight-point line."""
    rows = [
        ("identify", "条线索", "leads", 128, 1240, "0.41", "2,17 10,15 18,16 26,12 34,13 42,9 50,10 60,5"),
        ("evaluate", "条线索", "leads", 46, 986.5, "0.58", "2,14 10,17 18,11 26,14 34,7 42,10 50,5 60,8"),
        ("nurture", "个商机", "opportunities", 63, 1102, "0.33", "2,18 12,16 20,16 28,11 36,9 44,11 52,7 60,4"),
        ("convert", "个商机", "opportunities", 38, 1871, "0.29", "2,9 10,14 18,11 26,17 34,14 42,7 50,10 60,3"),
        ("maintain", "家客户", "customers", 214, 3920, "0.12", "2,18 10,15 18,13 26,13 34,11 42,8 50,6 60,4"),
    ]  # fmt: skip
    return [
        {
            "key": key,
            "unit": say(zh, en),
            "count": count,
            "amount": Decimal(str(wan)) * 10000,
            "rate": Decimal(rate),
            "points": points,
            "end": points.split()[-1].split(","),
        }
        for key, zh, en, count, wan, rate, points in rows
    ]


def queue() -> list[dict[str, Any]]:
    """The three groups of the queue."""
    rows: list[tuple[str, str, str, int, str, list[tuple[Any, ...]]]] = [
        ("due", "有时限", "With a deadline", 2, "", [
            ("mail-forward", "回复询价", "Answer enquiry", "identify", "甬江泵业 · 王晓彤", "Yongjiang Pumps · Wang Xiaotong", None, "首响剩 18 分钟", "18 min to first reply", "bad", "官网表单 09:12 提交，来自百度“泵站 远程监控”", "Web form 09:12, from Baidu “pump station monitoring”", "领取并回复", "Claim and reply", True),
            ("phone", "致电周立群", "Call Zhou Liqun", "convert", "华辰精密 MES 二期", "Huachen Precision MES phase 2", 128.5, "今天 10:30", "Today 10:30", "warn", "报价 V3 昨天又被打开 2 次，发出 5 个工作日未答复", "Quote V3 opened twice yesterday, no answer for 5 working days", "拨打", "Call", True),
        ]),
        ("today", "今天", "Today", 5, "", [
            ("file-upload", "上传盖章合同", "Upload signed contract", "convert", "恒远物流 WMS", "Hengyuan Logistics WMS", 214, "", "", "", "合同已签回，缺扫描件，补齐即可赢单", "Contract is back, the scan is missing; with it the deal is won", "上传", "Upload", False),
            ("calendar-plus", "补下一步", "Add a next step", "convert", "元禾医疗 LIS 升级", "Yuanhe Medical LIS upgrade", 86, "", "", "", "没有下一步，上次会议后 6 个工作日无记录", "No next step, nothing noted for 6 working days since the last meeting", "3 个工作日后致电", "Call in 3 working days", False),
            ("writing", "写会议纪要", "Write minutes", "evaluate", "星河制药 批记录", "Xinghe Pharma batch records", None, "", "", "", "周五演示结束，信息总监罗航提了 2 个技术问题", "Demo on Friday; the CIO Luo Hang asked 2 technical questions", "写纪要", "Write", False),
            ("heart-handshake", "约回访", "Plan a visit", "maintain", "蓝海食品 年度服务", "Lanhai Foods annual service", 42.8, "", "", "", "12-15 到期，健康分 78 → 61，30 天只登录 3 次", "Ends 15 Dec, health 78 → 61, 3 sign-ins in 30 days", "发预约链接", "Send booking link", False),
            ("arrow-up-right", "转入需求确认", "Move to Discovery", "nurture", "锦程电子 产线看板二期", "Jincheng Electronics line dashboard, phase 2", 41.2, "", "", "", "7 天内看价格页 3 次，意向分 68，越过 60 的门槛", "Price page 3 times in 7 days, intent 68, over the line of 60", "转入需求确认", "Move to Discovery", False),
        ]),
        ("later", "可以等", "Can wait", 12, say("今天已完成 4", "4 done today"), [
            ("user-check", "核实决策人", "Check the decision maker", "convert", "集团采购平台", "Group procurement", 320, "", "", "", "只有 1 位联系人，商务谈判阶段通常有 3 位", "1 contact only, at Negotiation there usually are 3", "加联系人", "Add contact", False),
            ("refresh", "更新预计成交日", "Renew the close date", "convert", "实验室管理", "Lab management", 39.6, "", "", "", "已推迟 2 次，再推一次会标记为风险", "Pushed twice; once more marks it as a risk", "改日期", "Change date", False),
        ]),
    ]  # fmt: skip
    groups_ = []
    for key, zh, en, count, note, items in rows:
        groups_.append(
            {
                "key": key,
                "name": say(zh, en),
                "count": count,
                "note": note,
                "rows": [
                    {
                        "icon": item[0],
                        "verb": say(item[1], item[2]),
                        "phase": item[3],
                        "record": say(item[4], item[5]),
                        "amount": Decimal(str(item[6])) * 10000 if item[6] else None,
                        "deadline": say(item[7], item[8]),
                        "tone": item[9],
                        "why": say(item[10], item[11]),
                        "action": say(item[12], item[13]),
                        "primary": item[14],
                    }
                    for item in items
                ],
            }
        )
    return groups_
