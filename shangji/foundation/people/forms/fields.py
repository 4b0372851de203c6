"""Widgets and choices the forms here share."""

import zoneinfo
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.queries import all_roles
from shangji.foundation.people.models import Team, User
from shangji.lib import places
from shangji.ui.forms import Form


class Combobox(forms.Select):
    """A select one may search in; without script it is the select."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return format_html("<sj-combobox>{}</sj-combobox>", super().render(*args, **kwargs))


#: attributes of radios and tick boxes that stand in a group
GROUP = {"class": "form-check-input"}


class DayInput(forms.DateInput):
    """A day, written as browsers want it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Versioned(Form):
    """A form of one row: carries the version the person looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Model | None = None, **kwargs: Any) -> None:
        self.row = row
        if row is not None:
            values = {name: getattr(row, name, None) for name in self.base_fields}
            kwargs["initial"] = {**values, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def catch_up(self) -> None:
        """After a conflict: what is sent next is meant to stand over the row as it is now."""
        if self.row is not None:
            self.row.refresh_from_db()
            self.data = self.data.copy()
            self.data["version"] = str(self.row.version)  # type: ignore[attr-defined,index]


def language_choices(none: str = "") -> list[tuple[str, str]]:
    """Each language by its own name; `none` words the choice of none."""
    names = []
    for code, name in settings.LANGUAGES:
        with override(code):
            names.append((code, _(str(name)) if code != "zh-hans" else "中文"))
    return [("", none), *names] if none else names


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(
        sorted(
            name
            for name in zoneinfo.available_timezones()
            if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
        )
    )


def zone_choices(none: str = "") -> list[tuple[str, str]]:
    """Names of time zones; `none` words the choice of none."""
    names = [(name, name.replace("_", " ")) for name in _zones()]
    return [("", none), *names] if none else names


def currency_choices() -> list[tuple[str, str]]:
    return list(places.currencies(get_language() or settings.LANGUAGE_CODE))


def country_choices() -> list[tuple[str, str]]:
    none = [("", _("No public holidays"))]
    return none + list(places.countries(get_language() or settings.LANGUAGE_CODE))


def role_choices(actor: Actor, keep: str = "") -> list[tuple[str, str]]:
    """The roles an actor may give, and the one somebody has."""
    return [
        (role.key, str(role.name))
        for role in all_roles()
        if role.key == keep or actor.role.covers(role)
    ]


def people_field(label: Any, **options: Any) -> forms.ModelChoiceField:
    """One active person, or nobody."""
    return forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        label=label,
        widget=Combobox,
        empty_label=gettext_lazy("Nobody"),
        **options,
    )


def team_field(label: Any, none: Any, **options: Any) -> forms.ModelChoiceField:
    """One team, or none."""
    return forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, label=label, empty_label=none, **options
    )


def active_people(besides: int | None = None) -> QuerySet[User]:
    rows: QuerySet[User] = User.objects.filter(is_active=True, deleted_at=None)
    return rows.exclude(pk=besides)
