"""Reviewing and closing a risk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shangji.phases.evaluate.choices.risk import IMPACTS, PROBABILITIES, RISK_OUTCOMES
from shangji.ui.forms import Form

_DAY = {"type": "date"}


class ReviewForm(Form):
    """What a review may change, and the day of the next one."""

    review_on = forms.DateField(label=_("Next review"), widget=forms.DateInput(_DAY, "%Y-%m-%d"))
    probability = forms.TypedChoiceField(
        label=_("Probability"), coerce=int, choices=[(o.value, o.label) for o in PROBABILITIES]
    )
    impact = forms.TypedChoiceField(
        label=_("Impact"), coerce=int, choices=[(o.value, o.label) for o in IMPACTS]
    )
    accepted_until = forms.DateField(
        label=_("Accepted until"), required=False, widget=forms.DateInput(_DAY, "%Y-%m-%d")
    )


class CloseForm(Form):
    """How it ended."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[(o.value, o.label) for o in RISK_OUTCOMES]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
