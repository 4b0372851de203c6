"""The workspace's settings."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from shangji.foundation.people.forms.fields import (
    GROUP,
    Combobox,
    DayInput,
    Versioned,
    country_choices,
    currency_choices,
    language_choices,
    zone_choices,
)
from shangji.ui.forms import Form

SPANS = 3


class WorkspaceForm(Versioned):
    """Name, currency, time zone, country, language."""

    name = forms.CharField(label=_("Name"), max_length=80)
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=currency_choices,
        widget=Combobox,
        help_text=_("Amounts keep the currency they have. Rates count for this one."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, widget=Combobox)
    country = forms.ChoiceField(
        label=_("Public holidays of"), choices=country_choices, required=False, widget=Combobox
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=language_choices,
        help_text=_("For people who chose none, and for mail to people outside."),
    )


class RateForm(Form):
    """What a currency is worth from a day on."""

    currency = forms.ChoiceField(label=_("Currency"), widget=Combobox)
    on = forms.DateField(label=_("From"), widget=DayInput())
    rate = forms.DecimalField(
        label=_("Worth of one unit"), max_digits=18, decimal_places=8, min_value=0
    )

    def __init__(self, *args: Any, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [one for one in currency_choices() if one[0] != base]
        self.fields["currency"].choices = [("", ""), *others]  # type: ignore[attr-defined]


class CalendarForm(Versioned):
    """Worked weekdays and up to three spans of hours."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs=GROUP),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        weekdays = getattr(kwargs.get("row"), "working_weekdays", [])
        super().__init__(*args, initial={"weekdays": weekdays}, **kwargs)
        stored = getattr(self.row, "working_hours", [])
        for place in range(SPANS):
            for end, label in enumerate((_("From"), _("To"))):
                value = stored[place][end] if place < len(stored) else ""
                self.fields[f"span_{place}_{end}"] = forms.TimeField(
                    label=label,
                    required=place == 0,
                    initial=value,
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                )

    def spans(self) -> list[tuple[Any, Any]]:
        """The pairs of bound fields, for the page."""
        return [(self[f"span_{n}_0"], self[f"span_{n}_1"]) for n in range(SPANS)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        hours: list[tuple[str, str]] = []
        for place in range(SPANS):
            start, end = values.get(f"span_{place}_0"), values.get(f"span_{place}_1")
            if (start is None) != (end is None):
                self.add_error(f"span_{place}_1", _("Give both ends of a span, or neither."))
            elif start is not None and end is not None:
                hours.append((f"{start:%H:%M}", f"{end:%H:%M}"))
        return {
            "weekdays": values.get("weekdays"),
            "hours": hours,
            "version": values.get("version"),
        }


class DayForm(Form):
    """A day that differs from its weekday and from public holidays."""

    on = forms.DateField(label=_("Day"), widget=DayInput())
    is_working = forms.TypedChoiceField(
        label=_("That day"),
        choices=[("", _("rests")), ("1", _("is worked"))],
        coerce=bool,
        required=False,
        empty_value=False,
    )
    note = forms.CharField(label=_("Note"), max_length=80, required=False)
