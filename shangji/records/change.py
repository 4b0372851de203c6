"""What a bulk form asks to set, read once for the page and for the job."""

from dataclasses import field
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription
from shangji.records.parsing import parse_one


@dataclass(frozen=True)
class BulkChange:
    """Values by field key, tags to add and to take off, and all of it in words.

    `after` is the value alone in words.
    """

    words: str
    values: dict[str, Any] = field(default_factory=dict)
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    after: str = ""


def read_change(
    description: RecordDescription, actor: Actor, verb: str, posted: QueryDict
) -> BulkChange:
    """The change a form posts: `field` and `value`, for tags `value` and `drop`. Invalid else."""
    if verb == "delete":
        return BulkChange(_("into the recycle bin"))
    text = ",".join(posted.getlist("value"))  # several for options that are ticked
    if verb == "tag":
        one = description.writable_field("tags", actor)
        add, drop = _parsed(one, actor, text), _parsed(one, actor, posted.get("drop", ""))
        if not add and not drop:
            raise Invalid.whole(_("Name a tag to add or to take off."))
        words = " ".join([*(f"+{word}" for word in add), *(f"−{word}" for word in drop)])
        return BulkChange(words, add=tuple(add), drop=tuple(drop))
    key = "owner" if verb == "assign" else posted.get("field", "")
    one = description.writable_field(key, actor)
    value = _parsed(one, actor, text)
    if one.required and value in (None, "", []):
        raise Invalid.field(key, _("This is needed."))
    shown = one.kind.value_label("is", text, actor=actor, locale=get_language() or "en")
    return BulkChange(f"{one.label} → {shown or '–'}", values={key: value}, after=shown or "–")


def _parsed(one: Field, actor: Actor, text: str) -> Any:
    try:
        return parse_one(one, actor, text)
    except ValueError as problem:
        raise Invalid.field(one.key, str(problem)) from None
