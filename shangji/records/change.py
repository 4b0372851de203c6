"""What a bulk form asks to set, read once for the page and for the job."""

import re
from collections.abc import Iterable
from dataclasses import field
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Postal
from shangji.records.parsing import parse_one
from shangji.records.widgets import AddressInput

#: characters of a value that a line of differences shows
SHORT = 120
_SEEN = re.compile(r"[0-9]{1,18}:[0-9]{1,9}")


@dataclass(frozen=True)
class BulkChange:
    """Values by field key, tags to add and to take off, and all of it in words.

    `after` is the value alone in words, `sent` the one text that means it.
    """

    words: str
    values: dict[str, Any] = field(default_factory=dict)
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    after: str = ""
    sent: str = ""


def read_seen(texts: Iterable[str]) -> dict[int, int]:
    """Versions by id of the rows whose values a page showed, as it sends them back."""
    pairs = (text.split(":", 1) for text in texts if _SEEN.fullmatch(text))
    return {int(pk): int(version) for pk, version in pairs}


def read_change(
    description: RecordDescription, actor: Actor, verb: str, posted: QueryDict
) -> BulkChange:
    """The change a form posts: `field` and `value`, for tags `value` and `drop`. Invalid else."""
    if verb == "delete":
        return BulkChange(_("into the recycle bin"))
    if verb == "tag":
        one = description.writable_field("tags", actor)
        text = sent_text(one, posted)
        add, drop = _parsed(one, actor, text), _parsed(one, actor, posted.get("drop", ""))
        if not add and not drop:
            raise Invalid.whole(_("Name a tag to add or to take off."))
        words = " ".join([*(f"+{word}" for word in add), *(f"−{word}" for word in drop)])
        return BulkChange(words, add=tuple(add), drop=tuple(drop), sent=text)
    key = "owner" if verb == "assign" else posted.get("field", "")
    one = description.writable_field(key, actor)
    if not one.kind.in_bulk:
        raise Invalid.field(key, _("A file belongs to one record: add it on that record's page."))
    text = sent_text(one, posted)
    value = _parsed(one, actor, text)
    if one.required and value in (None, "", []):
        raise Invalid.field(key, _("This is needed."))
    shown = one.kind.value_label("is", text, actor=actor, locale=get_language() or "en")
    shown = in_short(shown) or "–"
    return BulkChange(f"{one.label} → {shown}", values={key: value}, after=shown, sent=text)


def in_short(text: str) -> str:
    """A value in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[:SHORT]}…"


def sent_text(one: Field, posted: QueryDict) -> str:
    """The one text of what a form sent for a field: ticked options together, an address whole."""
    if isinstance(one.kind, Postal):
        return AddressInput(one.kind.limit).value_from_datadict(posted, {}, "value") or ""
    return ",".join(posted.getlist("value"))


def _parsed(one: Field, actor: Actor, text: str) -> Any:
    try:
        return parse_one(one, actor, text)
    except ValueError as problem:
        raise Invalid.field(one.key, str(problem)) from None
