"""What people change about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangji.foundation.people.forms.fields import (
    GROUP,
    Combobox,
    DayInput,
    Versioned,
    active_people,
    language_choices,
    people_field,
    zone_choices,
)
from shangji.foundation.people.models import User
from shangji.ui.forms import Form


def _languages() -> list[tuple[str, str]]:
    return language_choices(str(_("As the browser says")))


def _zones() -> list[tuple[str, str]]:
    return zone_choices(str(_("As the workspace")))


class ProfileForm(Versioned):
    """Name, time zone, signature, digest."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_zones, required=False, widget=Combobox
    )
    signature = forms.CharField(
        label=_("Signature"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands under the invitations you send."),
    )
    mail_digest = forms.BooleanField(label=_("Mail me unread notices once a day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signature"].whole_row = True  # type: ignore[attr-defined]


class LooksForm(Form):
    """In which language and how Shangji shows itself, and whether single keys do things."""

    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect(attrs=GROUP),
    )
    density = forms.ChoiceField(
        label=_("Rows"),
        choices=[
            ("compact", _("Compact")),
            ("standard", _("Standard")),
            ("roomy", _("Roomy")),
        ],
        widget=forms.RadioSelect(attrs=GROUP),
    )
    single_keys = forms.BooleanField(label=_("Single keys work as shortcuts"), required=False)


class DeputyForm(Form):
    """Who stands in, and when."""

    deputy = people_field(_("Deputy"))
    deputy_from = forms.DateField(label=_("From"), required=False, widget=DayInput())
    deputy_until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: until you end it."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = active_people(user.pk)  # type: ignore[attr-defined]
