"""The ledger of a record as its page tells it: what hangs on it by name, people in words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangji.core.contacts.models import Contact
from shangji.core.opportunities.choices import ROLES, STANCES
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.records.description import describe
from shangji.records.history import Line, Part, lines

_WORDS = {one.value: one.label for one in (*ROLES, *STANCES)}


def told_lines(actor: Actor, record: Any, now: datetime, limit: int) -> list[Line]:
    """The ledger of a record; people by the names the reader may know, roles in words."""
    found = lines(describe(record.record_type), actor, record, now, limit)
    texts = [
        text
        for line in found
        if line.operation.action == "opportunity.person"
        for part in line.parts
        for text in (part.before, part.after)
    ]
    ids = {int(text.partition(", ")[0]) for text in texts if text.partition(", ")[0].isdecimal()}
    names: dict[int, str] = {}
    if ids:
        rows = model_queryset(Contact).visible_to(actor).filter(pk__in=ids)
        names = dict(rows.values_list("pk", "name"))

    def words(text: str) -> str:
        first, _comma, rest = text.partition(", ")
        name = first
        if first.isdecimal():
            name = names.get(int(first)) or _("somebody you may not see")
        if not rest:
            return name
        return ", ".join([name, *(str(_WORDS.get(word, word)) for word in rest.split(", "))])

    return [_told(line, words) for line in found]


def _told(line: Line, words: Callable[[str], str]) -> Line:
    """What hangs on an opportunity under its own name; what people said in words."""
    labels = {
        "opportunity.person": pgettext("deal", "People"),
        "opportunity.lines": _("Product lines"),
        "opportunity.competitors": _("Competitors"),
    }
    action = line.operation.action
    if action not in labels:
        return line
    parts = []
    for one in line.parts:
        if action == "opportunity.lines" and one.label != "Lines":
            parts.append(one)  # the amount that followed
        elif action == "opportunity.lines":
            parts.append(Part(labels[action], "", "✓"))
        elif action == "opportunity.person":
            parts.append(Part(labels[action], words(one.before), words(one.after)))
        else:
            parts.append(Part(labels[action], one.before, one.after))
    return replace(line, parts=tuple(parts))
