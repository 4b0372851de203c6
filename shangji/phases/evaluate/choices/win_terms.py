"""The features of a win model in words a salesperson would use."""

from collections.abc import Mapping
from math import expm1
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangji.core.opportunities.choices import KINDS
from shangji.phases.evaluate.rules.story import LOGGED

#: what a feature is called where it stands without a value
LABELS: Final = {
    "stage": gettext_lazy("Stage"),
    "channel": gettext_lazy("Channel"),
    "page": gettext_lazy("First page"),
    "kind": gettext_lazy("Type"),
    "weekday": gettext_lazy("Weekday it was opened on"),
    "age": gettext_lazy("Days since it was opened"),
    "in_stage": gettext_lazy("Days in its stage"),
    "silence": gettext_lazy("Days since the last contact"),
    "talks": gettext_lazy("Talks in 30 days"),
    "visits": gettext_lazy("Return visits in 30 days"),
    "people": gettext_lazy("People with a role"),
    "decider": gettext_lazy("Decision maker known"),
    "pushes": gettext_lazy("Times the close date was pushed"),
    "backs": gettext_lazy("Times it went back a stage"),
    "rivals": gettext_lazy("Competitors named"),
    "amount": gettext_lazy("Amount"),
    "earlier_wins": gettext_lazy("Earlier wins with the customer"),
}
_WEEKDAYS: Final = (
    gettext_lazy("a Monday"),
    gettext_lazy("a Tuesday"),
    gettext_lazy("a Wednesday"),
    gettext_lazy("a Thursday"),
    gettext_lazy("a Friday"),
    gettext_lazy("a Saturday"),
    gettext_lazy("a Sunday"),
)
_KINDS: Final = {one.value: one.label for one in KINDS}


def plain(term: str, value: float) -> float:
    """A number as people count it: days and times instead of their logs."""
    return expm1(value) if term in LOGGED else value


def in_words(term: str, value: str | float | None, names: Mapping[str, str]) -> str:
    """One feature with its value as a phrase.

    Args:
        names: of stages and channels, by "stage:12" and "channel:3".
    """
    if isinstance(value, str):
        return _category(term, value, names)
    if term == "amount":
        named = names.get("amount", "")
        text = _("Amount %(money)s") % {"money": named} if named else _("Its amount")
        return text if value is not None else _("No amount")
    if value is None:
        return _("No contact yet")
    return _number(term, plain(term, value))


def _category(term: str, value: str, names: Mapping[str, str]) -> str:
    if term == "stage":
        return _("Stage: %(name)s") % {"name": names.get(f"stage:{value}", value)}
    if term == "channel":
        name = names.get(f"channel:{value}", value)
        return _("Channel: %(name)s") % {"name": name} if name else _("No channel")
    if term == "kind":
        return _("Type: %(name)s") % {"name": _KINDS.get(value, value)}
    if term == "weekday":
        day = _WEEKDAYS[int(value)] if value in tuple("0123456") else value
        return _("Opened on %(day)s") % {"day": day}
    return _("First page %(page)s") % {"page": value} if value else _("No first page")


def _number(term: str, value: float) -> str:
    n = round(value)
    many = {"n": n}
    if term == "age":
        return ngettext("Open for %(n)s day", "Open for %(n)s days", n) % many
    if term == "in_stage":
        return ngettext("%(n)s day in its stage", "%(n)s days in its stage", n) % many
    if term == "silence":
        text = ngettext("Last contact %(n)s day ago", "Last contact %(n)s days ago", n) % many
        return text if n else _("Contact today")
    if term == "talks":
        text = ngettext("%(n)s talk in 30 days", "%(n)s talks in 30 days", n) % many
        return text if n else _("No talk in 30 days")
    if term == "visits":
        text = ngettext("Came back once in 30 days", "Came back %(n)s times in 30 days", n) % many
        return text if n else _("Did not come back in 30 days")
    if term == "people":
        text = ngettext("%(n)s person with a role", "%(n)s people with a role", n) % many
        return text if n else _("Nobody's role is known")
    if term == "decider":
        return _("The decision maker is known") if n else _("No decision maker known")
    if term == "pushes":
        text = ngettext("Close date pushed once", "Close date pushed %(n)s times", n) % many
        return text if n else _("Close date never pushed")
    if term == "backs":
        text = ngettext("Went back a stage once", "Went back a stage %(n)s times", n) % many
        return text if n else _("Never went back a stage")
    if term == "rivals":
        text = ngettext("%(n)s competitor named", "%(n)s competitors named", n) % many
        return text if n else _("No competitor named")
    text = ngettext("Won from this customer before", "Won here %(n)s times before", n) % many
    return text if n else _("First business with this customer")
