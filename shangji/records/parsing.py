"""From what a person typed to values an action takes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds.base import HARD_LIMIT


def parse_values(
    description: RecordDescription,
    actor: Actor,
    data: Mapping[str, Any],
    keys: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Values by field key for the keys present in `data`; Invalid with an error per field.

    Args:
        data: texts by field key (a POST).
        keys: the fields that may be there; None for every writable one.
    """
    allowed = description.writable_fields(actor)
    if keys is not None:
        wanted = set(keys)
        allowed = [one for one in allowed if one.key in wanted]
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for one in allowed:
        if one.key not in data:
            continue
        try:
            values[one.key] = parse_one(one, actor, data[one.key])
        except ValueError as error:
            errors[one.key] = [str(error)]
    if errors:
        raise Invalid(errors)
    return values


def parse_one(one: Field, actor: Actor, text: object) -> Any:
    """One value. ValueError with a translated message."""
    if not isinstance(text, str) or len(text) > HARD_LIMIT:
        raise ValueError("Should be text.")
    return one.kind.parse(text, actor=actor, locale=get_language() or "en")
