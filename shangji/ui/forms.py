"""The base of every form: what is refused is said in our words, from one place.

An error says what is expected and what stands there now. A field that brings its own text
(`error_messages=` or a validator of ours) keeps it.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

#: the longest piece of what somebody wrote that an error repeats
SHOWN = 40

#: expected of what is read, by class of field
_READ: tuple[tuple[type[forms.Field], Promise], ...] = (
    (forms.DecimalField, _("Should be a number such as 7.25, is “%(value)s”.")),
    (forms.FloatField, _("Should be a number such as 7.25, is “%(value)s”.")),
    (forms.IntegerField, _("Should be a whole number such as 12, is “%(value)s”.")),
    (forms.DateField, _("Should be a day such as 2026-12-18, is “%(value)s”.")),
    (forms.TimeField, _("Should be a time such as 10:30, is “%(value)s”.")),
    (forms.EmailField, _("Should be a mail address such as li@example.com, is “%(value)s”.")),
    (forms.URLField, _("Should be an address such as https://example.com, is “%(value)s”.")),
)

#: where nothing was given, by class of field
_NEEDED: tuple[tuple[type[forms.Field], Promise], ...] = (
    (forms.FileField, _("Choose a file.")),
    (forms.BooleanField, _("Tick this to go on.")),
    (forms.MultipleChoiceField, _("Choose at least one.")),
    (forms.ChoiceField, _("Choose from the list.")),
    (forms.ModelChoiceField, _("Choose from the list.")),
    (forms.Field, _("This is needed.")),
)

_BY_CODE: dict[str, Any] = {
    "invalid_choice": _("Choose from the list; “%(value)s” is not on it."),
    "invalid_pk_value": _("Choose from the list; “%(value)s” is not on it."),
    "invalid_list": _("Choose from the list."),
    "max_value": _("At most %(limit_value)s; here stands %(show_value)s."),
    "min_value": _("At least %(limit_value)s; here stands %(show_value)s."),
    "max_length": ngettext_lazy(
        "At most %(limit_value)d character; these are %(show_value)d.",
        "At most %(limit_value)d characters; these are %(show_value)d.",
        "limit_value",
    ),
    "min_length": ngettext_lazy(
        "At least %(limit_value)d character; these are %(show_value)d.",
        "At least %(limit_value)d characters; these are %(show_value)d.",
        "limit_value",
    ),
    "max_digits": _("At most %(max)s digits."),
    "max_whole_digits": _("At most %(max)s digits before the point."),
    "max_decimal_places": _("At most %(max)s digits after the point."),
    "null_characters_not_allowed": _("There is a character in it that cannot be stored."),
    "empty": _("This file is empty."),
}

#: the same for the sign-in forms, which are not ours: their words, translated in our tone
DJANGO_WORDS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a whole number."),
)


def words_for(field: forms.Field, error: ValidationError, value: object) -> ValidationError:
    """One error in our words; itself where it is not Django's own or we have no words for it.

    Args:
        value: what was sent, as text.
    """
    code = error.code or ""
    if not _is_djangos(field, code, error):
        return error
    table = {"required": _NEEDED, "invalid": _READ}.get(code)
    if table is not None:
        text: Any = next((text for kind, text in table if isinstance(field, kind)), None)
    else:
        text = _BY_CODE.get(code)
    if text is None:
        return error
    written = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
    shown = written if len(written) <= SHOWN else f"{written[:SHOWN]}…"
    params: Mapping[str, Any] = error.params or {}
    return ValidationError(text, code=code, params={**params, "value": shown})


class Form(forms.Form):
    """Use it in place of `django.forms.Form`."""

    def add_error(self, field: str | None, error: Any) -> None:
        if field is not None and isinstance(error, ValidationError) and field in self.fields:
            one, value = self.fields[field], self[field].data
            if not hasattr(error, "error_dict"):
                error = ValidationError([words_for(one, each, value) for each in error.error_list])
        super().add_error(field, error)


def _is_djangos(field: forms.Field, code: str, error: ValidationError) -> bool:
    """Whether nobody of ours chose this text."""
    own: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            own |= getattr(kind, "default_error_messages", {})
    if code in field.error_messages and field.error_messages[code] is not own.get(code):
        return False
    texts = [own.get(code)]
    for validator in field.validators:
        if type(validator).__module__.startswith("django."):
            texts.append(getattr(validator, "message", None))
            texts.extend(getattr(validator, "messages", {}).values())
    return any(text is error.message for text in texts)
