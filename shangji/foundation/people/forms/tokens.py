"""What a key for a program may do, and until when."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.grants import Role
from shangji.foundation.access.kinds import kinds
from shangji.foundation.access.scopes import EVERY_TYPE, LEVEL_NAMES, READ, SETTINGS, WRITE
from shangji.foundation.people.forms.fields import DayInput, role_choices
from shangji.ui.forms import Form

LEVELS = list(LEVEL_NAMES.items())
#: a type without a level of its own
SAME = ("same", _("As every type"))
#: a key made without a thought ends after this many days
USUAL_DAYS = 90


class TokenForm(Form):
    """A name, a last day, and a level for each type of record."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which program it is for, such as “ERP sync”.")
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: works until you revoke it."),
    )

    def __init__(self, *args: Any, role: Role, today: date, **kwargs: Any) -> None:
        first = {"expires_on": today + timedelta(days=USUAL_DAYS)}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["every"] = forms.ChoiceField(
            label=_("Records of every type"), choices=LEVELS, initial=READ, required=False
        )
        for kind in kinds():
            self.fields[f"on_{kind.key}"] = forms.ChoiceField(
                label=kind.name, choices=[SAME, *LEVELS], initial=SAME[0], required=False
            )
        if role.rights:
            self.fields[f"on_{SETTINGS}"] = forms.BooleanField(
                label=_("Also what the role may do in settings and the audit log"), required=False
            )

    def scopes(self) -> dict[str, str]:
        """The levels chosen, by record type."""
        every = self.cleaned_data["every"]
        found = {kind.key: self.cleaned_data[f"on_{kind.key}"] for kind in kinds()}
        found = {key: level for key, level in found.items() if level != SAME[0]}
        if every:
            # a type that may do nothing stays named: it is the exception
            found[EVERY_TYPE] = every
        else:
            found = {key: level for key, level in found.items() if level}
        if self.cleaned_data.get(f"on_{SETTINGS}"):
            found[SETTINGS] = WRITE
        return found


class ProgramForm(TokenForm):
    """The same with the role of a program."""

    role = forms.ChoiceField(label=_("Role"), help_text=_("What the program may do at most."))
    field_order = ["name", "role", "expires_on"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = role_choices(actor)
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(self.field_order)


class TokenNameForm(Form):
    """Another name for a key."""

    name = forms.CharField(label=_("Name"), max_length=80)
