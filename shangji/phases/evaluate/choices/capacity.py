"""Levels of skill."""

from django.utils.translation import gettext_lazy as _

from shangji.records.kinds import Option

LEVELS = (
    Option("1", _("1 beginner"), also=("1", "初学", "入门")),
    Option("2", _("2 assisted"), also=("2", "需指导")),
    Option("3", _("3 independent"), also=("3", "独立")),
    Option("4", _("4 expert"), also=("4", "专家")),
    Option("5", _("5 leading"), also=("5", "带头", "权威")),
)
LEVEL_LABELS = {int(one.value): one.label for one in LEVELS}
