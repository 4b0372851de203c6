"""First start, invitations, people and teams."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.people.forms.fields import (
    Combobox,
    DayInput,
    Versioned,
    active_people,
    currency_choices,
    language_choices,
    people_field,
    role_choices,
    team_field,
)
from shangji.foundation.people.models import Team, User
from shangji.ui.forms import Form


def password_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits."),
    )


class WelcomeForm(Form):
    """Whose Shangji this is, and who looks after it."""

    workspace_name = forms.CharField(label=_("Name of your company"), max_length=80)
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices, widget=Combobox)
    name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = password_field(_("Password"))

    def clean_password(self) -> str:
        """Said with everything else that is not right; the action looks again, at names too."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class JoinForm(Form):
    """The password of somebody who was invited."""

    password = password_field(_("Choose a password"))


class InviteForm(Form):
    """Somebody new."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    email = forms.EmailField(label=_("Mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"))
    team = team_field(_("Team"), _("No team"))
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=language_choices)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(actor)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(  # type: ignore[attr-defined]
            deleted_at=None
        )


class PersonForm(Versioned):
    """What an administrator changes about a person."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    email = forms.EmailField(label=_("Mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"))
    team = team_field(_("Team"), _("No team"))
    deputy = people_field(_("Deputy"), help_text=_("Sees and works on this person's records."))
    deputy_from = forms.DateField(label=_("Deputy from"), required=False, widget=DayInput())
    deputy_until = forms.DateField(
        label=_("Deputy until"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: until somebody ends it."),
    )

    def __init__(self, *args: Any, actor: Actor, row: User, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["role"].choices = role_choices(actor, row.role)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(  # type: ignore[attr-defined]
            deleted_at=None
        )
        self.fields["deputy"].queryset = active_people(row.pk)  # type: ignore[attr-defined]


class TeamForm(Versioned):
    """A place in the team tree."""

    name = forms.CharField(label=_("Name"), max_length=80)
    parent = team_field(_("Stands below"), _("At the top"))
    leader = people_field(
        _("Leader"), help_text=_("A leader's team rights reach this team and those below.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(deleted_at=None)
        if self.row is not None:
            teams = teams.exclude(pk=self.row.pk)
        self.fields["parent"].queryset = teams  # type: ignore[attr-defined]
        self.fields["leader"].queryset = active_people()  # type: ignore[attr-defined]
