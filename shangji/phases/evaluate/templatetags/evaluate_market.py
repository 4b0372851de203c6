"""How a market's figures and inputs are written."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.phases.evaluate.choices.market import INPUT_LABELS
from shangji.phases.evaluate.queries.market import InputLine, MarketSize
from shangji.phases.evaluate.rules.market import SAM, SOM, TAM, Figure
from shangji.ui.templatetags.ui import show_money, show_percent

register = template.Library()

_LEVELS = {
    TAM: gettext_lazy("All there is"),
    SAM: gettext_lazy("What we can serve"),
    SOM: gettext_lazy("What we can win"),
}
_OURS = {"win_rate": gettext_lazy("Win rate"), "capacity": gettext_lazy("Free delivery hours")}


@register.filter
def level_name(level: str) -> Any:
    return _LEVELS[level]


@register.filter
def input_label(key: str) -> Any:
    """The name of an input, also of the two that come from this workspace."""
    return INPUT_LABELS.get(key) or _OURS[key]


@register.filter
def inputs_of(size: MarketSize, figure: Figure) -> list[InputLine]:
    """The inputs a figure is made of, in order."""
    return [
        size.sources.get(key) or InputLine(key, _OURS[key], None, "ours") for key in figure.inputs
    ]


@register.simple_tag
def input_part(line: InputLine, part: str) -> str | SafeString:
    """One end of an input's range: money, percent or a count."""
    assert line.row is not None
    value: Decimal = getattr(line.row, part)
    if line.kind == "money":
        return show_money(value, line.row.currency)
    plain = f"{value.normalize():,f}"
    return f"{plain}%" if line.kind == "share" else plain


@register.filter
def gap_words(size: MarketSize) -> str:
    """How the two routes compare, in a sentence or two."""
    gap = size.gap
    if gap is None:
        return _("Estimate both routes to see how far they lie apart.")
    words = _beside(gap.share)
    if gap.agrees:
        return words
    if gap.overlap:
        words += " " + _("Their ranges overlap.")
    else:
        words += " " + _("Their ranges do not even overlap.")
    if size.weak:
        names = _(", ").join(str(one) for one in size.weak)
        words += " " + _("Look first at the least certain inputs: %(names)s.") % {"names": names}
    return words


def _beside(share: Decimal) -> str:
    part = show_percent(abs(share))
    if share == 0:
        return _("Both routes give the same.")
    if share > 0:
        return _("Bottom-up is %(part)s above top-down.") % {"part": part}
    return _("Bottom-up is %(part)s below top-down.") % {"part": part}
