"""Forms of the settings: pipelines, stages, reasons, competitors, channels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangji.core.opportunities.choices import FORECASTS
from shangji.lib.phases import PHASES
from shangji.ui.forms import Form


class NamesForm(Form):
    """A name in both languages; one may stand for both."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=60, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("name_zh", "").strip() and not data.get("name_en", "").strip():
            raise forms.ValidationError(_("Give it a name."))
        return data


class StageForm(NamesForm):
    phase = forms.ChoiceField(label=_("Phase"), choices=[(one.key, one.label) for one in PHASES])
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("open", pgettext_lazy("status", "Open")),
            ("won", _("Decides: won")),
            ("lost", _("Decides: lost")),
        ],
    )
    probability = forms.IntegerField(label=_("Default win rate, %"), min_value=0, max_value=100)
    forecast = forms.ChoiceField(
        label=_("Forecast category"), choices=[(one.value, one.label) for one in FORECASTS]
    )
    stale_days = forms.IntegerField(
        label=_("Stale after working days"),
        min_value=0,
        max_value=365,
        help_text=_("Without a touch with the customer; 0 for never"),
    )
    entry_criteria = forms.CharField(
        label=_("Entry criteria"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    exit_criteria = forms.CharField(
        label=_("Exit criteria"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(NamesForm):
    needs_note = forms.BooleanField(label=_("Asks for a note"), required=False)


class CompetitorForm(Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    website = forms.URLField(
        label=_("Website"), max_length=300, required=False, assume_scheme="https"
    )


class ChannelForm(NamesForm):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("web", _("Website and social media")),
            ("mail", _("Mail")),
            ("search", _("Search")),
            ("event", _("Event")),
            ("referral", _("Referral")),
            ("media", _("Media")),
            ("other", _("Other")),
        ],
    )
