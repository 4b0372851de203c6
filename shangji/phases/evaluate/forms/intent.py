"""The form of the intent rule: one line of points and a limit for each sort of event."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.phases.evaluate.queries.intent_sheet import RuleRow
from shangji.phases.evaluate.rules.intent import CAP, MOST_CAP, MOST_POINTS, Rule, read_rule
from shangji.ui.forms import Form

TITLES = {
    "activity": _("Done activities with the customer"),
    "medium": _("Touches by medium"),
    "channel": _("Touches by channel"),
    "touch": _("Any other touch"),
}


class IntentRuleForm(Form):
    """Empty points leave a sort out: it falls to the next that fits."""

    half_life_days = forms.IntegerField(
        label=_("Half-life, days"),
        help_text=_("After so many days an event is worth half"),
        min_value=1,
        max_value=730,
    )

    def __init__(self, data: Any, *, rows: Sequence[RuleRow], rule: Rule) -> None:
        super().__init__(data, initial={"half_life_days": rule.half_life_days})
        self.rows = rows
        for place, one in enumerate(rows):
            self.fields[f"points_{place}"] = forms.DecimalField(
                label=gettext("%(what)s: points") % {"what": one.title},
                min_value=0,
                max_value=MOST_POINTS,
                max_digits=5,
                decimal_places=2,
                required=False,
                localize=True,
                initial=one.points.normalize() + 0 if one.points is not None else None,
            )
            self.fields[f"cap_{place}"] = forms.IntegerField(
                label=gettext("%(what)s: at most a day") % {"what": one.title},
                min_value=1,
                max_value=MOST_CAP,
                required=False,
                initial=one.cap if one.cap is not None else CAP,
            )

    def groups(self) -> list[dict[str, Any]]:
        """Titles with their lines, for the template."""
        found: dict[str, list[dict[str, Any]]] = {}
        for place, one in enumerate(self.rows):
            line = {"title": one.title, "points": self[f"points_{place}"]}
            found.setdefault(one.by, []).append({**line, "cap": self[f"cap_{place}"]})
        return [{"title": TITLES[by], "lines": lines} for by, lines in found.items()]

    def lines(self) -> list[dict[str, Any]]:
        """The rule's lines, after `is_valid`."""
        found = []
        for place, one in enumerate(self.rows):
            points: Decimal | None = self.cleaned_data.get(f"points_{place}")
            if points is None:
                continue
            cap = self.cleaned_data.get(f"cap_{place}") or CAP
            plain = int(points) if points == points.to_integral() else float(points)
            found.append({"by": one.by, "value": one.value, "points": plain, "cap": cap})
        return found

    def rule(self) -> Rule:
        """The rule that was given, after `is_valid`."""
        stored = {"version": 1, "lines": self.lines()}
        return read_rule(self.cleaned_data["half_life_days"], stored)
