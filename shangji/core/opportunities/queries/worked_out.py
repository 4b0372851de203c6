"""Fields of an opportunity that are worked out when they are asked for, never stored."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from shangji.core.opportunities.models import OpportunityPerson
from shangji.core.opportunities.queries.stale import days_since, stale_condition, stale_cutoffs
from shangji.lib.dates import format_days
from shangji.records.kinds import Boolean
from shangji.records.kinds.base import Asked, FormatContext


class Stale(Boolean):
    """Whether the last touch is too long ago for the stage."""

    name = "stale"
    inline = False
    by_column = False

    def paths(self, path: str) -> tuple[str, ...]:
        return ("stage_id", "last_contact_at")

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        cutoffs = context.memory.setdefault("stale", stale_cutoffs(context.now))
        last, cutoff = row.get("last_contact_at"), cutoffs.get(row.get("stage_id"))
        if not cutoff or last is None or last >= cutoff:
            return ""
        return format_days(days_since(last, context.now), context.locale)

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: bool(self.text(row, path, context))

    def condition(self, path: str, asked: Asked) -> Q:
        found = stale_condition(asked.now or timezone.now())
        return found if self.parse(asked.value, actor=asked.actor, locale=asked.locale) else ~found

    def holds(self, row: Mapping[str, Any], path: str, asked: Asked) -> bool:
        last, cutoff = (
            row.get("last_contact_at"),
            stale_cutoffs(asked.now or timezone.now()).get(row["stage_id"]),
        )
        found = last is not None and cutoff is not None and last < cutoff
        return bool(found == self.parse(asked.value, actor=asked.actor, locale=asked.locale))


class Decider(Boolean):
    """Whether somebody among its people decides."""

    name = "decider"
    inline = False
    by_column = False

    def paths(self, path: str) -> tuple[str, ...]:
        return ("pk",)

    def look(self, rows: Iterable[Mapping[str, Any]], path: str, context: FormatContext) -> None:
        ids = [row["pk"] for row in rows]
        found = OpportunityPerson.objects.filter(role="decider", opportunity__in=ids)
        known = context.memory.setdefault("deciders", {})
        known |= dict.fromkeys(ids, False)
        known |= dict.fromkeys(found.values_list("opportunity_id", flat=True), True)

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        if row["pk"] not in context.memory.get("deciders", {}):
            self.look([row], path, context)
        return super().text({path: context.memory["deciders"][row["pk"]]}, path, context)

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: context.memory["deciders"][row["pk"]]

    def condition(self, path: str, asked: Asked) -> Q:
        people = OpportunityPerson.objects.filter(opportunity=OuterRef("pk"), role="decider")
        found = Q(Exists(people))
        return found if self.parse(asked.value, actor=asked.actor, locale=asked.locale) else ~found

    def holds(self, row: Mapping[str, Any], path: str, asked: Asked) -> bool:
        people = OpportunityPerson.objects.filter(opportunity=row["pk"], role="decider")
        return bool(
            people.exists() == self.parse(asked.value, actor=asked.actor, locale=asked.locale)
        )
