"""What a market's size is made of, and how sure a figure is."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangji.phases.evaluate.rules.market import SHARES
from shangji.records.kinds import Option

TOP_DOWN = (
    Option("market_value", _("Market value a year"), also=("市场规模", "年市场规模")),
    Option("serviceable", _("Share we can serve"), also=("可服务占比",)),
    Option("obtainable", _("Share we can reach"), also=("可触达占比",)),
)
BOTTOM_UP = (
    Option("accounts", _("Accounts in it"), also=("客户数", "企业数")),
    Option("buyers", _("Buyers per account"), also=("每客户采购方",)),
    Option("price", _("Price of a purchase"), also=("单次采购价", "客单价")),
    Option("frequency", _("Purchases a year"), also=("年采购次数", "采购频率")),
    Option("fit", _("Accounts that fit"), also=("适配客户占比",)),
    Option("reach", _("Accounts we reach"), also=("可触达客户占比",)),
)
BESIDE = (
    Option("earlier_value", _("Market value in an earlier year"), also=("往年市场规模",)),
    Option("hours_per_purchase", _("Delivery hours a purchase"), also=("单次交付工时",)),
)
INPUTS = (*TOP_DOWN, *BOTTOM_UP, *BESIDE)
INPUT_LABELS = {one.value: one.label for one in INPUTS}
#: in the currency of the input; the others are counts or shares
MONEY_INPUTS = frozenset({"market_value", "earlier_value", "price"})
SHARE_INPUTS = SHARES - {"win_rate"}

CONFIDENCE = (
    Option("high", pgettext_lazy("confidence", "High"), also=("高",)),
    Option("medium", pgettext_lazy("confidence", "Medium"), also=("中",)),
    Option("low", pgettext_lazy("confidence", "Low"), also=("低",)),
)
