"""How a market's figures are written: names, values with their unit, the gap in a sentence."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.phases.evaluate.choices.market import INPUT_LABELS
from shangji.phases.evaluate.rules.market import SAM, SOM, TAM, RouteGap
from shangji.ui.templatetags.ui import show_money, show_percent

LEVEL_NAMES = {
    TAM: gettext_lazy("All there is"),
    SAM: gettext_lazy("What we can serve"),
    SOM: gettext_lazy("What we can win"),
}
#: what comes from this workspace instead of an estimate
OURS = {"win_rate": gettext_lazy("Win rate"), "capacity": gettext_lazy("Free delivery hours")}


def input_label(key: str) -> Any:
    """The name of an input, also of the two that come from this workspace."""
    return INPUT_LABELS.get(key) or OURS[key]


def with_unit(value: Decimal, kind: str, currency: str) -> str | SafeString:
    """Money, a percent or a count; `kind` is InputLine.kind."""
    if kind == "money":
        return show_money(value, currency)
    plain = f"{value.normalize():,f}"
    return f"{plain}%" if kind == "share" else plain


def gap_words(gap: RouteGap | None, weak: Sequence[Any]) -> str:
    """How the two routes compare, in a sentence or two; `weak` are the least certain inputs."""
    if gap is None:
        return _("Estimate both routes to see how far they lie apart.")
    words = [_beside(gap.share)]
    if gap.agrees:
        return words[0]
    words.append(
        _("Their ranges overlap.") if gap.overlap else _("Their ranges do not even overlap.")
    )
    if weak:
        names = _(", ").join(str(one) for one in weak)
        words.append(_("Look first at the least certain inputs: %(names)s.") % {"names": names})
    return " ".join(words)


def _beside(share: Decimal) -> str:
    part = show_percent(abs(share))
    if share == 0:
        return _("Both routes give the same.")
    if share > 0:
        return _("Bottom-up is %(part)s above top-down.") % {"part": part}
    return _("Bottom-up is %(part)s below top-down.") % {"part": part}
