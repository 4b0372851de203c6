"""Verdicts and states of decisions."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangji.records.kinds import Option

VERDICTS = (
    Option("go", _("Go"), also=("立项", "做")),
    Option("no_go", _("No-go"), also=("放弃", "不做")),
    Option("not_now", _("Not now"), also=("暂缓",)),
)
VERDICT_KEYS = tuple(one.value for one in VERDICTS)
DECISION_STATES = (
    Option("asked", _("Waits for approval")),
    Option("decided", pgettext_lazy("decision", "Decided")),
    Option("refused", pgettext_lazy("decision", "Refused")),
)
