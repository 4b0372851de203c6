"""The five phases 五个环节: fixed, in code, in this order."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Phase:
    """`unit` is the noun counted in this phase."""

    key: str
    label: Any
    unit: Any


IDENTIFY = Phase("identify", _("Identify"), _("leads"))
EVALUATE = Phase("evaluate", _("Evaluate"), _("leads"))
NURTURE = Phase("nurture", _("Nurture"), _("opportunities"))
CONVERT = Phase("convert", _("Convert"), _("opportunities"))
MAINTAIN = Phase("maintain", _("Maintain"), _("customers"))

PHASES = (IDENTIFY, EVALUATE, NURTURE, CONVERT, MAINTAIN)
PHASE_KEYS = tuple(phase.key for phase in PHASES)
BY_KEY = {phase.key: phase for phase in PHASES}
