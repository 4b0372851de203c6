"""Forms of activities: they validate, never save."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shangji.core.activities.choices import KINDS
from shangji.ui.forms import Form


class StepDoneForm(Form):
    """What came of the next step, and what comes after it."""

    kind = forms.ChoiceField(
        label=_("What was it?"),
        choices=[(one.value, one.label) for one in KINDS if one.value != "note"],
    )
    outcome = forms.CharField(label=_("Outcome"), max_length=200, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    next_at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )


class DoneForm(Form):
    """What came of an activity."""

    outcome = forms.CharField(label=_("Outcome"), max_length=200, required=False)
