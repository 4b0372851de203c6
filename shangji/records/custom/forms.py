"""The form of one added field."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import system_actor
from shangji.lib.errors import DomainError
from shangji.records.conditions import (
    BARE,
    All,
    Condition,
    conditions_of,
    dump_node,
    load_node,
)
from shangji.records.custom.actions import new_option
from shangji.records.custom.catalogue import (
    KINDS,
    MAX_OPTIONS,
    TONES,
    VERSION,
    CustomKind,
    takes_index,
)
from shangji.records.custom.models import CustomField
from shangji.records.custom.when import NAMES, SELF, in_words
from shangji.records.custom.when import VERSION as RULES_VERSION
from shangji.records.description import RecordDescription, base_types
from shangji.records.kinds import Link
from shangji.records.kinds.base import OPERATORS
from shangji.records.listing.filters import filter_form
from shangji.ui.forms import Form

#: empty rows under the options
BLANK_ROWS = 3
#: and under the conditions
BLANK_CONDITIONS = 2
TONE_WORDS = {
    "plain": _("grey"),
    "accent": _("teal"),
    "good": _("green"),
    "warn": _("orange"),
    "bad": _("red"),
}


def linkable() -> list[tuple[str, Any]]:
    """Types a link may lead to."""
    return [(one.type, one.name) for one in base_types()]


class NewFieldForm(Form):
    """What a field begins with; the rest is set on its own page."""

    label_zh = forms.CharField(label=_("Chinese name"), max_length=60, required=False)
    label_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        help_text=_("It never changes. To have another kind, copy the field."),
        choices=[(one.name, one.label) for one in KINDS.values()],
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("label_zh", "").strip() and not data.get("label_en", "").strip():
            raise forms.ValidationError(_("Give it a name."))
        return data


_SETTINGS = (
    "limit", "decimals", "currency", "prefix", "digits", "yearly", "top", "target",
)  # fmt: skip


class FieldForm(Form):
    """All that may change of a field."""

    label_zh = forms.CharField(label=_("Chinese name"), max_length=60, required=False)
    label_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    help_zh = forms.CharField(label=_("Chinese help"), max_length=200, required=False)
    help_en = forms.CharField(label=_("English help"), max_length=200, required=False)
    group = forms.CharField(
        label=_("Heading"),
        help_text=_("Under which it stands on a record's page"),
        max_length=40,
        required=False,
    )
    default = forms.CharField(label=_("Default"), max_length=500, required=False)
    limit = forms.IntegerField(label=_("Most characters"), min_value=1, max_value=1000)
    decimals = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=4)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    prefix = forms.CharField(  # type: ignore[assignment] # the form's own prefix is another
        label=_("Begins with"), max_length=20, required=False
    )
    digits = forms.IntegerField(label=_("Digits"), min_value=1, max_value=10)
    yearly = forms.BooleanField(
        label=_("The year stands in it, and numbers begin anew with it"), required=False
    )
    top = forms.IntegerField(label=_("Most stars"), min_value=3, max_value=10)
    target = forms.ChoiceField(label=_("Leads to"), choices=linkable)
    is_required = forms.BooleanField(label=_("Needed on every record"), required=False)
    in_create = forms.BooleanField(label=_("In the short form for new records"), required=False)
    is_unique = forms.BooleanField(
        label=_("No value twice"),
        help_text=_("Two records cannot have the same one; empty ones do not count."),
        required=False,
    )
    is_indexed = forms.BooleanField(
        label=_("Quick to filter and sort"),
        help_text=_("An index is made in the background; changes cost a little more."),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=1, required=False)

    def __init__(self, kind: CustomKind, row: CustomField, data: Any = None) -> None:
        super().__init__(data)
        self.kind = kind
        for name in _SETTINGS:
            if name not in kind.takes:
                del self.fields[name]
        if not kind.is_unique:
            del self.fields["is_unique"]
        if not takes_index(kind):
            del self.fields["is_indexed"]
        if not kind.takes_default:
            del self.fields["default"]
        if not kind.is_writable:
            for name in ("is_required", "in_create", "default"):
                del self.fields[name]
        stored = row.settings if isinstance(row.settings, Mapping) else {}
        self.initial = {
            name: stored.get(name) if name in _SETTINGS else getattr(row, name, None)
            for name in self.fields
        }

    def values(self, posted: QueryDict) -> dict[str, Any]:
        """What `change_field` takes."""
        data = dict(self.cleaned_data)
        data.pop("version", None)
        settings: dict[str, Any] = {"version": VERSION}
        for name in self.kind.takes:
            settings[name] = read_options(posted) if name == "options" else data.pop(name)
        return {**data, "settings": settings, "rules": read_rows(posted)}


def read_options(posted: QueryDict) -> list[dict[str, Any]]:
    """The rows of the options table in the order of their places; rows without a name go."""
    columns = [
        posted.getlist(f"option-{name}")[: MAX_OPTIONS + BLANK_ROWS]
        for name in ("value", "zh", "en", "tone", "place")
    ]
    retired = set(posted.getlist("option-retired"))
    found = []
    for number, (value, zh, en, tone, place) in enumerate(zip(*columns, strict=False)):
        zh, en = zh.strip()[:60], en.strip()[:60]
        if not zh and not en:
            continue
        one = new_option(zh or en, en or zh, tone if tone in TONES else "plain")
        if value:
            one["value"] = value[:60]
        one["retired"] = bool(value) and value in retired
        rank = int(place) if place.isdecimal() and len(place) < 6 else number + 1
        found.append((rank, number, one))
    return [one for _rank, _number, one in sorted(found, key=lambda row: row[:2])]


def option_rows(options: Any) -> list[dict[str, Any]]:
    """The rows shown: the options, then empty ones."""
    known = [one for one in options if isinstance(one, Mapping)] if options else []
    rows = [{**one, "place": place} for place, one in enumerate(known, 1)]
    for place in range(len(rows) + 1, len(rows) + 1 + BLANK_ROWS):
        rows.append({"value": "", "zh": "", "en": "", "tone": "plain", "place": place})
    return rows


def read_rows(sent: QueryDict) -> dict[str, Any]:
    """The conditions of the page, all of which hold, as they are kept. The operands of the row
    `n` are the inputs `shown-value-n`: ticked ones together, of others the first that is filled."""
    rules: dict[str, Any] = {"version": RULES_VERSION}
    for name in NAMES:
        keys, operators = sent.getlist(f"{name}-field"), sent.getlist(f"{name}-op")
        parts = []
        for place, (key, operator) in enumerate(zip(keys, operators, strict=False)):
            if key:
                values = [text.strip() for text in sent.getlist(f"{name}-value-{place}")]
                value = ",".join(dict.fromkeys(text for text in values if text))
                parts.append(Condition(key, operator, "" if operator in BARE else value))
        rules[name] = dump_node(All(tuple(parts))) if parts else None
    return rules


def condition_rows(description: RecordDescription, rules: Any) -> list[dict[str, Any]]:
    """The rows shown of both conditions: those that are kept, then empty ones."""
    found = []
    for name, title in (("shown", _("Shown only when")), ("needed", _("Needed when"))):
        node = (rules or {}).get(name)
        parts = conditions_of(load_node(node)) if node is not None else ()
        rows = [_condition_row(description, one) for one in parts]
        empty = {"field": "", "operators": OPERATORS.items(), "op": "is", "value": ""}
        found.append({"name": name, "title": title, "rows": [*rows, *[empty] * BLANK_CONDITIONS]})
    return found


def _condition_row(description: RecordDescription, one: Condition) -> dict[str, Any]:
    """One comparison with the inputs that fit its field; typed where the field is gone."""
    row: dict[str, Any] = {
        "field": one.field,
        "op": one.operator,
        "operators": OPERATORS.items(),
        "value": one.value,
    }
    try:
        form = filter_form(description, system_actor("system"), one.field, one)
    except DomainError:
        return row
    row["operators"] = form.operators
    if isinstance(form.field.kind, Link) and one.value:
        row["value"] = in_words(description, one)  # an id, which nobody types
    fits = one.operator in {key for key, _label in form.operators}
    begins = not one.value and one.operator not in BARE
    if not fits or (begins and (form.options or form.periods)):
        row["op"] = form.operators[0][0]
    if form.is_bare:
        row["is_bare"] = True
    elif form.options and not form.typed:
        row["values"] = form.values
        # asked as Shangji itself, which is nobody and in no team
        row["options"] = [
            one for one in form.options if one[0] not in SELF or one[0] in row["values"]
        ]
    elif form.periods and not form.days:
        row["periods"] = form.periods
    return row
