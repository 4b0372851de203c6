"""Classes, treatments and outcomes of risks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangji.records.kinds import Option

RISK_CLASSES = (
    Option("market", pgettext_lazy("risk class", "Market"), also=("市场", "市场风险")),
    Option("technical", pgettext_lazy("risk class", "Technical"), also=("技术", "技术风险")),
    Option("policy", pgettext_lazy("risk class", "Policy"), also=("政策", "政策风险")),
    Option("customer", pgettext_lazy("risk class", "Customer"), also=("客户", "客户风险")),
    Option("delivery", pgettext_lazy("risk class", "Delivery"), also=("交付", "交付风险")),
    Option("financial", pgettext_lazy("risk class", "Financial"), also=("财务", "财务风险")),
    Option("legal", pgettext_lazy("risk class", "Legal"), also=("法律", "合规", "法律风险")),
    Option("other", pgettext_lazy("risk class", "Other"), also=("其他", "其它")),
)
RISK_CLASS_KEYS = tuple(one.value for one in RISK_CLASSES)

TREATMENTS = (
    Option("avoid", pgettext_lazy("risk", "Avoid"), also=("规避", "回避")),
    Option("mitigate", pgettext_lazy("risk", "Mitigate"), also=("减轻", "缓解", "降低")),
    Option("transfer", pgettext_lazy("risk", "Transfer"), also=("转移",)),
    Option("accept", pgettext_lazy("risk", "Accept"), also=("接受",)),
)
TREATMENT_KEYS = tuple(one.value for one in TREATMENTS)

RISK_STATES = (
    Option("open", pgettext_lazy("risk", "Open"), also=("未关闭",)),
    Option("closed", pgettext_lazy("risk", "Closed"), also=("已关闭",)),
)
RISK_OUTCOMES = (
    Option("prevented", _("Prevented")),
    Option("passed", _("Did not happen")),
    Option("partly", _("Happened in part")),
    Option("happened", _("Happened")),
)
RISK_OUTCOME_KEYS = tuple(one.value for one in RISK_OUTCOMES)

#: 1 to 5 in words; an import knows them by the number
PROBABILITIES = (
    Option("1", _("1 · Rare"), also=("1.0",)),
    Option("2", _("2 · Unlikely"), also=("2.0",)),
    Option("3", _("3 · Possible"), also=("3.0",)),
    Option("4", _("4 · Likely"), also=("4.0",)),
    Option("5", _("5 · Almost certain"), also=("5.0",)),
)
IMPACTS = (
    Option("1", _("1 · Negligible"), also=("1.0",)),
    Option("2", _("2 · Minor"), also=("2.0",)),
    Option("3", _("3 · Noticeable"), also=("3.0",)),
    Option("4", _("4 · Serious"), also=("4.0",)),
    Option("5", _("5 · Severe"), also=("5.0",)),
)
CONTROLS = (
    Option("1", _("1 · Out of our hands"), also=("1.0",)),
    Option("2", _("2 · Hardly ours"), also=("2.0",)),
    Option("3", _("3 · Partly ours"), also=("3.0",)),
    Option("4", _("4 · Mostly ours"), also=("4.0",)),
    Option("5", _("5 · In our hands"), also=("5.0",)),
)
