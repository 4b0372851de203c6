"""Forms made from a description: one Django field per described field, kinds do the reading."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.records.description import Field, RecordDescription
from shangji.records.form_rules import read_so_far, standing
from shangji.records.kinds import (
    Boolean,
    Choice,
    File,
    Image,
    Link,
    LongText,
    Person,
    Postal,
    Rating,
    RichText,
    Several,
    Team,
    Text,
)
from shangji.records.kinds.base import Kind
from shangji.records.kinds.choice import offered
from shangji.records.parsing import parse_one
from shangji.records.widgets import AddressInput, FilesInput, RichInput
from shangji.ui.forms import Form

TYPES = {
    "email": "email",
    "tel": "tel",
    "url": "text",
    "date": "date",
    "datetime-local": "datetime-local",
}


class Combobox(forms.Select):
    """A select with a search; options come from an address as somebody types."""

    def __init__(self, url: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        inner = super().render(name, value, attrs, renderer)
        url = f' data-url="{self.url}"' if self.url else ""
        return mark_safe(f"<sj-combobox{url}>{inner}</sj-combobox>")  # noqa: S308 - widget's own


class MoneyInput(forms.TextInput):
    """Reads 128.5万 and shows what it will be read as."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        inner = super().render(name, value, attrs, renderer)
        return mark_safe(f"<sj-money-input>{inner}</sj-money-input>")  # noqa: S308 - widget's own


class Boxes(forms.CheckboxSelectMultiple):
    """Tick boxes over a text of chosen options."""

    def __init__(self, kind: Several, held: Any = None) -> None:
        super().__init__(choices=offered(kind.options, held))
        self.kind = kind

    def format_value(self, value: Any) -> list[str]:
        if isinstance(value, str):
            words = {word.strip() for word in value.split(",")}
            return [one.value for one in self.kind.options if str(one.label) in words]
        found: list[str] = super().format_value(value)
        return found


class KindField(forms.Field):
    """A form field that leaves reading to its kind."""

    def __init__(self, one: Field, actor: Actor, held: Any = None, **kwargs: Any) -> None:
        super().__init__(
            label=one.label,
            help_text=one.help,
            required=one.required,
            widget=widget_of(one, actor, held=held),
            **kwargs,
        )
        self.one = one
        self.actor = actor
        self.whole_row = one.kind.is_wide
        #: marked as needed, by a condition that holds
        self.is_needed = False
        #: where a link of the edited record leads; it may stay although it is not one to choose
        self.held = ""

    def to_python(self, value: Any) -> Any:
        if self.held and str(value).strip() == self.held:
            return int(self.held)
        try:
            text = ",".join(value) if isinstance(value, list) else value
            return parse_one(self.one, self.actor, "" if text is None else str(text))
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether something else was sent than stood there, however it was written."""
        if initial == data:
            return False
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True

    def validate(self, value: Any) -> None:
        if self.required and value in (None, "", []):
            raise forms.ValidationError(_("This is needed."))


def widget_of(one: Field, actor: Actor, *, inline: bool = False, held: Any = None) -> forms.Widget:
    """The input of a field.

    Args:
        inline: a plain input or select for a cell.
        held: the value it has now: a retired option stays on offer where it is chosen.
    """
    kind: Kind = one.kind
    attrs: dict[str, Any] = {"autocomplete": "off"}
    if isinstance(kind, Choice):
        options = offered(kind.options, held)
        blank = [] if one.required else [("", "–")]
        return forms.Select(choices=[*blank, *options])
    if isinstance(kind, Several) and not inline:
        return Boxes(kind, held)
    if isinstance(kind, Rating):
        return forms.Select(choices=[("", "–"), *kind.choices])
    if isinstance(kind, Team):
        return forms.Select(choices=[("", "–"), *kind.names().items()])
    if isinstance(kind, Person):
        people = [("", "–"), *kind.choices()]
        return forms.Select(choices=people) if inline else Combobox(choices=people)
    if isinstance(kind, Link):
        url = reverse("records:options", kwargs={"slug": kind.slug})
        if not inline or not isinstance(held, int):
            return Combobox(url, choices=[("", "–")] if inline else ())
        name = kind.name_of(held, actor) or _("Not yours to see")
        return Combobox(url, choices=[("", "–"), (str(held), name)])
    if isinstance(kind, Boolean):
        if inline:
            return forms.Select(choices=[("1", _("Yes")), ("0", _("No"))])
        return forms.CheckboxInput()
    if isinstance(kind, RichText):
        return RichInput(kind.limit)
    if isinstance(kind, File):
        return FilesInput(pictures=isinstance(kind, Image))
    if isinstance(kind, Postal):
        return AddressInput(kind.limit)
    if isinstance(kind, LongText):
        return forms.Textarea({"rows": 4, "maxlength": kind.limit})
    limit = kind.limit if isinstance(kind, Text) else 0
    if limit:
        attrs["maxlength"] = limit
    if kind.input == "money":
        return forms.TextInput(attrs) if inline else MoneyInput(attrs | {"inputmode": "decimal"})
    if kind.input == "number":
        attrs["inputmode"] = "numeric"
    attrs["type"] = TYPES.get(kind.input, "text")
    return forms.TextInput(attrs)


class RecordForm(Form):
    """Create or edit one record; `values()` is what actions take.

    Args:
        keys: the fields shown, in order.
        record: what is edited; its version travels with the form.
    """

    use_required_attribute = False

    def __init__(
        self,
        description: RecordDescription,
        actor: Actor,
        keys: Sequence[str],
        *,
        data: Any = None,
        record: Record | None = None,
        initial: Mapping[str, Any] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.description = description
        self.actor = actor
        self.record = record
        writable = {one.key: one for one in description.writable_fields(actor)}
        begins = record is None and data is None
        so_far = data if data is not None else initial or {}
        boxes = keys if data is not None else ()
        given = read_so_far(writable, actor, so_far, begins=begins, boxes=boxes)
        self.keys = [key for key in keys if key in writable]
        self.standing = standing(description, writable.values(), given, record)
        #: fields that do not show now; a page keeps them at hand for when they do
        self.waiting = Form(prefix=prefix)
        for key in self.keys:
            held = None if record is None else raw_value(record, writable[key])
            into = self if self.standing.shows(key) else self.waiting
            into.fields[key] = made = KindField(writable[key], actor, held)
            made.is_needed = key in self.standing.needed
        if record is not None:
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput(), min_value=1, required=False
            )
            self.initial = edit_texts(description, record, self.keys)
            self.initial["version"] = record.version
        else:
            self.initial = _defaults(writable, self.keys) | dict(initial or {})
        self.waiting.initial = dict(self.initial)
        self._offer_chosen(self)
        self._offer_chosen(self.waiting)

    def values(self) -> dict[str, Any]:
        """Values by field key; of a record's form only what the person changed."""
        changed = set(self.changed_data) if self.record is not None else set(self.fields)
        return {
            key: value
            for key, value in self.cleaned_data.items()
            if key != "version" and key in changed
        }

    def version(self) -> int | None:
        return self.cleaned_data.get("version")

    @property
    def watched(self) -> str:
        """Names of inputs that conditions of other inputs name, for the page's script."""
        live = self.standing.live & set(self.keys)
        return ",".join(sorted(self.standing.names & set(self.keys))) if live else ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Inputs in order, with those that wait: `live` ones come and go."""
        found = [
            {
                "field": self[key] if key in self.fields else self.waiting[key],
                "live": key in self.standing.live,
                "shown": key in self.fields,
            }
            for key in self.keys
        ]
        rest = [key for key in self.fields if key not in self.keys]
        return [*found, *({"field": self[key], "live": False, "shown": True} for key in rest)]

    def _offer_chosen(self, form: Form) -> None:
        """A link's select knows only the record it is set to; the rest is searched for."""
        for key, field in form.fields.items():
            if not isinstance(field.widget, Combobox) or not isinstance(field, KindField):
                continue
            kind = field.one.kind
            if not isinstance(kind, Link):
                continue
            held = raw_value(self.record, field.one) if self.record is not None else None
            field.held = "" if held is None else str(held)
            chosen = form[key].value()
            choices = [("", "–")]
            if chosen not in (None, "") and str(chosen).isdecimal() and len(str(chosen)) < 19:
                choices.append((str(chosen), self._name(kind, int(chosen), held)))
            field.widget.choices = choices

    def _name(self, kind: Link, pk: int, held: Any) -> str:
        """What the record leads to now may be told by the link; anything else must be seen."""
        found = kind.name_of(pk, self.actor) if pk == held else None
        if found is None:
            found = kind.rows(self.actor).filter(pk=pk).values_list(kind.label, flat=True).first()
        return found or _("Not yours to see")


class PreviewForm(Form):
    """One field as forms show it, with its default; to look at, never sent."""

    use_required_attribute = False

    def __init__(self, one: Field, actor: Actor) -> None:
        super().__init__(prefix="preview")
        self.fields[one.key] = KindField(one, actor)
        self.initial = _defaults({one.key: one}, [one.key])


def edit_texts(
    description: RecordDescription, record: Record, keys: Iterable[str]
) -> dict[str, Any]:
    """What stands in the inputs of a record's form, by key."""
    locale = get_language() or "en"
    texts: dict[str, Any] = {}
    for one in description.fields:
        if one.key in keys:
            texts[one.key] = one.kind.edit_text(raw_value(record, one), locale=locale)
    return texts


def raw_value(record: Record, one: Field) -> Any:
    """A field's stored value: the id of a link, the value itself else."""
    return one.raw(record)


def _defaults(writable: Mapping[str, Field], keys: Iterable[str]) -> dict[str, Any]:
    locale = get_language() or "en"
    initial = {}
    for key in keys:
        default = writable[key].default
        value = default() if callable(default) else default
        if value is not None:
            initial[key] = writable[key].kind.edit_text(value, locale=locale)
    return initial
