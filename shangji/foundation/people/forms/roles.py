"""A role as a table of verbs and scopes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.definitions import VERSION
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.kinds import Kind
from shangji.foundation.access.roles import RIGHTS
from shangji.foundation.access.scope import Scope
from shangji.foundation.people.forms.fields import GROUP, Versioned

SCOPE_NAMES = {
    Scope.NONE: _("No"),
    Scope.OWN: _("Own"),
    Scope.TEAM: _("Team"),
    Scope.TREE: _("Team and below"),
    Scope.ALL: _("All"),
}
SCOPED = {
    "read": _("See"),
    "edit": _("Edit"),
    "delete": _("Delete"),
    "export": _("Export"),
    "assign": _("Assign"),
}
FLAGS = {"create": _("Create"), "imports": _("Import"), "pool": _("Open pool")}
FIELDS = {"hidden": _("Hidden fields"), "read_only": _("Read-only fields")}
_SCOPE_CHOICES = [(scope.name.lower(), name) for scope, name in SCOPE_NAMES.items()]


class RoleForm(Versioned):
    """Name, rights, and one row of choices for everything and for each kind of record."""

    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("What it is for"), max_length=300, required=False)
    rights = forms.MultipleChoiceField(
        label=_("Rights in settings"),
        choices=list(RIGHTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=GROUP),
    )

    def __init__(self, *args: Any, start: Role, kinds: Sequence[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        self.fields["rights"].initial = sorted(start.rights)
        self._add_row("default", start.default, ())
        for kind in kinds:
            own = kind.key in start.grants
            self.fields[f"{kind.key}-own"] = forms.BooleanField(
                label=_("Differs"), required=False, initial=own
            )
            self._add_row(kind.key, start.grant(kind.key), kind.fields)

    def _add_row(self, key: str, grant: Grant, fields: Sequence[tuple[str, Any]]) -> None:
        for name, label in SCOPED.items():
            self.fields[f"{key}-{name}"] = forms.ChoiceField(
                label=label,
                choices=_SCOPE_CHOICES,
                initial=getattr(grant, name).name.lower(),
                required=False,
            )
        for name, label in FLAGS.items():
            self.fields[f"{key}-{name}"] = forms.BooleanField(
                label=label, required=False, initial=getattr(grant, name)
            )
        if fields:
            for name, label in FIELDS.items():
                self.fields[f"{key}-{name}"] = forms.MultipleChoiceField(
                    label=label,
                    choices=fields,
                    required=False,
                    initial=sorted(getattr(grant, name)),
                    widget=forms.SelectMultiple(attrs={"size": 4}),
                )

    def rows(self) -> list[dict[str, Any]]:
        """What the page shows: one dictionary for each line of the table."""
        lines = [("default", _("Everything"), None, False)]
        lines += [(kind.key, kind.name, self[f"{kind.key}-own"], True) for kind in self.kinds]
        return [
            {
                "key": key,
                "name": name,
                "own": own,
                "scopes": [self[f"{key}-{verb}"] for verb in SCOPED],
                "flags": [self[f"{key}-{flag}"] for flag in FLAGS],
                "fields": [
                    self[f"{key}-{part}"] for part in FIELDS if f"{key}-{part}" in self.fields
                ]
                if record
                else [],
            }
            for key, name, own, record in lines
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        return {
            "name": values.get("name", ""),
            "description": values.get("description", ""),
            "definition": {
                "version": VERSION,
                "default": _grant(values, "default"),
                "grants": {
                    kind.key: _grant(values, kind.key)
                    for kind in self.kinds
                    if values.get(f"{kind.key}-own")
                },
                "rights": sorted(values.get("rights", [])),
            },
            "version": values.get("version"),
        }


def _grant(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    return (
        {name: values.get(f"{key}-{name}") or "none" for name in SCOPED}
        | {name: bool(values.get(f"{key}-{name}")) for name in FLAGS}
        | {name: sorted(values.get(f"{key}-{name}", [])) for name in FIELDS}
    )
