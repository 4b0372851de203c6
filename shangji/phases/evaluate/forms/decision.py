"""Deciding: one short form for each verdict; and from which values rules hold."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import Reason, Stage
from shangji.lib.errors import BadInput
from shangji.lib.money import parse_money
from shangji.records.forms import MoneyInput
from shangji.ui.forms import Form


class _DecideForm(Form):
    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 3, "maxlength": 1000})
    )


class GoForm(_DecideForm):
    """Where it goes on to."""

    to_stage = forms.TypedChoiceField(label=_("Move to"), coerce=int)
    field_order = ("to_stage", "reason")

    def __init__(self, *args: Any, stages: Sequence[Stage], here: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stay = (str(here.pk), _("Stay in %(stage)s") % {"stage": here.name})
        field: Any = self.fields["to_stage"]
        field.choices = [*((str(one.pk), one.name) for one in stages), stay]


class NotNowForm(_DecideForm):
    """The day it comes back by itself."""

    returns_on = forms.DateField(
        label=_("Comes back"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    field_order = ("returns_on", "reason")

    def __init__(self, *args: Any, first: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["returns_on"].widget.attrs["min"] = first.isoformat()


class NoGoForm(_DecideForm):
    """Why it is lost."""

    lost_reason = forms.TypedChoiceField(label=_("Lost reason"), coerce=int)
    field_order = ("lost_reason", "reason")

    def __init__(self, *args: Any, reasons: Sequence[Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = {one.parent_id for one in reasons if one.parent_id is not None}
        names = {one.pk: one.name for one in reasons}
        field: Any = self.fields["lost_reason"]
        field.choices = [
            (
                str(one.pk),
                one.name if one.parent_id is None else f"{names[one.parent_id]} · {one.name}",
            )
            for one in reasons
            if one.pk not in parents
        ]


class AnswerForm(Form):
    """What whoever refuses says."""

    answer = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 3, "maxlength": 1000})
    )


class _Amount(forms.CharField):
    """An amount as people write it, 50万 or 500,000; nothing is None."""

    widget = MoneyInput({"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "")
        if not text.strip():
            return None
        try:
            return parse_money(text, get_language() or "en")
        except (BadInput, ValueError) as problem:
            raise forms.ValidationError(str(problem)) from None


class PolicyForm(Form):
    """From which values an approval, a risk register and a decision are asked for."""

    approval_over = _Amount(
        label=_("Approval from"),
        required=False,
        help_text=_("Empty: every owner decides alone."),
    )
    register_over = _Amount(
        label=_("Risk register from"),
        required=False,
        help_text=_("Empty: opportunities leave evaluate without one."),
    )
    decision_over = _Amount(
        label=_("Decision from"),
        required=False,
        help_text=_("Empty: opportunities leave evaluate undecided."),
    )
