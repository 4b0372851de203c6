"""The form of the order of work."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shangji.phases.evaluate.rules.work import WorkWeights, weights_of
from shangji.ui.forms import Form


def _weight(label: object, text: object) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=text, min_value=0, max_value=100)


class WorkOrderForm(Form):
    """Full points of each factor, and at what they are reached."""

    deadline = _weight(_("Deadline"), _("Next step or expected close near or past"))
    value = _weight(_("Expected value"), _("Amount × win rate"))
    score = _weight(_("Score"), _("Points of the scorecard, of 100"))
    intent = _weight(_("Intent"), _("Points of what people there did lately"))
    silence = _weight(
        _("Silence"), _("Working days since the last touch, of what the stage allows")
    )
    value_full = forms.DecimalField(
        label=_("Full points at an expected value of"),
        min_value=1,
        max_digits=16,
        decimal_places=2,
        localize=True,
    )
    intent_full = forms.IntegerField(
        label=_("Full points at an intent of"), min_value=1, max_value=10_000
    )
    days_ahead = forms.IntegerField(
        label=_("A date counts from this many days before"), min_value=1, max_value=90
    )

    def weights(self) -> WorkWeights:
        """What was given, after `is_valid`."""
        return weights_of(self.cleaned_data)
