"""Markets of the demo with both routes, and which market each open opportunity belongs to."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from shangji.core.opportunities.models import Opportunity
from shangji.phases.evaluate.models import Market, MarketChoice, MarketInput

#: market, what it is, words of a deal's name that put it there
MARKETS = (
    (
        "长三角离散制造 MES",
        "机加工、装备、汽配工厂的制造执行系统，50 人以上车间",
        ("MES", "产线", "看板"),
    ),
    ("华东冷链与电商 WMS", "第三方物流与食品企业的仓储管理系统", ("WMS", "仓储", "冷链")),
    ("医疗与制药 LIS / 批记录", "检验科与制药企业的实验室和批记录系统", ("LIS", "批记录", "LIMS")),
)
#: key: low, likely, high, source, link, years ago, confidence
REPORT = "https://example.com/report"
HIGH, MEDIUM, LOW = "high", "medium", "low"
INPUTS: tuple[dict[str, tuple[str, str, str, str, str, int, str]], ...] = (
    {
        "market_value": ("5200e6", "6400e6", "7500e6", "制造执行系统白皮书", REPORT, 1, MEDIUM),
        "earlier_value": ("3600e6", "4100e6", "4500e6", "制造执行系统白皮书", REPORT, 4, MEDIUM),
        "serviceable": ("12", "16", "20", "按省份工业增加值折算", "", 1, MEDIUM),
        "obtainable": ("4", "6", "9", "现有渠道覆盖的县区", "", 0, LOW),
        "accounts": ("14000", "16500", "19000", "企业名录：规上离散制造，三省一市", "", 0, HIGH),
        "buyers": ("1", "1", "1.2", "集团多工厂分别采购的比例", "", 0, MEDIUM),
        "price": ("280000", "360000", "460000", "近两年成交合同均价", "", 0, HIGH),
        "frequency": ("0.8", "1", "1.2", "首购加年度扩展，客户访谈 31 家", "", 0, MEDIUM),
        "fit": ("14", "18", "22", "设备联网率达到门槛的企业", "", 1, LOW),
        "reach": ("3", "5", "8", "销售与伙伴一年可拜访的家数", "", 0, MEDIUM),
        "hours_per_purchase": ("220", "320", "460", "已交付 42 个项目的工时记录", "", 0, HIGH),
    },
    {
        "market_value": ("2600e6", "3100e6", "3700e6", "物流与采购联合会年报", REPORT, 1, HIGH),
        "earlier_value": ("2000e6", "2250e6", "2500e6", "物流与采购联合会年报", REPORT, 3, HIGH),
        "serviceable": ("18", "22", "26", "华东占全国冷库容量的份额", "", 1, MEDIUM),
        "obtainable": ("5", "8", "12", "招投标网可见项目占比", "", 0, MEDIUM),
        "accounts": ("2600", "3000", "3400", "冷链百强与电商园区名录", "", 0, MEDIUM),
        "buyers": ("1", "1.4", "2", "分仓各自采购", "", 0, LOW),
        "price": ("160000", "210000", "300000", "近两年成交合同均价", "", 0, HIGH),
        "frequency": ("0.3", "0.4", "0.5", "换代周期约 30 个月", "", 0, LOW),
        "fit": ("20", "26", "32", "自营仓 5000 平米以上", "", 0, MEDIUM),
        "reach": ("6", "9", "14", "销售与伙伴一年可拜访的家数", "", 0, MEDIUM),
        "hours_per_purchase": ("120", "180", "260", "已交付 27 个项目的工时记录", "", 0, HIGH),
    },
    {
        "market_value": ("1500e6", "1900e6", "2400e6", "医疗信息化年度报告", REPORT, 2, LOW),
        "serviceable": ("10", "14", "18", "华东二级以上医院与药企", "", 1, MEDIUM),
        "accounts": ("1900", "2200", "2500", "卫健委机构名录与药监许可", REPORT, 0, HIGH),
        "price": ("190000", "240000", "320000", "近两年成交合同均价", "", 0, HIGH),
        "fit": ("16", "20", "25", "等保与合规要求已明确的机构", "", 0, MEDIUM),
    },
)  # fmt: skip


def tell_markets(now: datetime, deals: Sequence[Opportunity], by_id: int) -> None:
    """Write them; `by_id` keeps markets."""
    stamp = {"created_at": now, "updated_at": now, "created_by_id": by_id}
    markets = [Market(name=name, description=text, **stamp) for name, text, _words in MARKETS]
    Market.objects.bulk_create(markets)
    MarketInput.objects.bulk_create(
        MarketInput(
            market=market,
            key=key,
            low=Decimal(low),
            likely=Decimal(likely),
            high=Decimal(high),
            currency="CNY" if key in ("market_value", "earlier_value", "price") else "",
            source=source,
            url=url,
            year=now.year - ago,
            confidence=confidence,
            **stamp,
        )
        for market, rows in zip(markets, INPUTS, strict=True)
        for key, (low, likely, high, source, url, ago, confidence) in rows.items()
    )
    MarketChoice.objects.bulk_create(
        MarketChoice(opportunity=deal, market=market, **stamp)
        for deal in deals
        if (market := _market_of(deal.name, markets)) is not None
    )


def _market_of(name: str, markets: Sequence[Market]) -> Market | None:
    for market, (_name, _text, words) in zip(markets, MARKETS, strict=True):
        if any(word in name for word in words):
            return market
    return None
