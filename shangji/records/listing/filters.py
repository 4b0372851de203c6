"""The form of one filter: operators in words, options where there are some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.records.conditions import (
    MAX_VALUE,
    Condition,
    compile_node,
    filter_field,
    operator_choices,
)
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Boolean, Choice, Date, DateTime, Person, Several, Team
from shangji.records.kinds.date import PERIODS
from shangji.records.listing.menus import option_boxes
from shangji.records.listing.state import ListState

#: more options than this are typed, not ticked
MAX_OPTIONS = 200


@dataclass(frozen=True)
class FilterForm:
    """What the form of one field shows; `values` are those ticked."""

    field: Field
    operators: list[tuple[str, Any]]
    options: list[tuple[str, Any]]
    periods: list[tuple[str, Any]]
    operator: str
    value: str
    values: tuple[str, ...]

    @property
    def boxes(self) -> SafeString:
        return option_boxes("value", self.options, self.values)


def filter_form(
    description: RecordDescription, actor: Actor, key: str, condition: Condition | None = None
) -> FilterForm:
    """The form for a field, filled with a condition it already has. Invalid for no such field."""
    one = filter_field(description, actor, key)
    operators = operator_choices(one)
    value = condition.value if condition else ""
    return FilterForm(
        field=one,
        operators=operators,
        options=_options(one),
        periods=list(PERIODS.items()) if isinstance(one.kind, Date | DateTime) else [],
        operator=condition.operator if condition else operators[0][0],
        value=value,
        values=tuple(value.split(",")),
    )


def _options(one: Field) -> list[tuple[str, Any]]:
    if isinstance(one.kind, Choice | Several):
        return [(option.value, option.label) for option in one.kind.options][:MAX_OPTIONS]
    if isinstance(one.kind, Boolean):
        return [("1", _("Yes")), ("0", _("No"))]
    if isinstance(one.kind, Team):
        return [(str(pk), name) for pk, name in one.kind.names().items()][:MAX_OPTIONS]
    if isinstance(one.kind, Person):
        people = [("me", _("me")), ("team", _("my team")), *one.kind.choices()]
        return people[:MAX_OPTIONS]
    return []


def with_added(
    description: RecordDescription, actor: Actor, params: QueryDict, state: ListState
) -> tuple[Condition, ...]:
    """The state's conditions with the one a filter form sent. Invalid when it does not hold.

    `params`: `add` the field, `op`, `value` (several) or `period`; `was` the condition it
    stands in for.
    """
    one = filter_field(description, actor, params["add"])
    operator = params.get("op", "") or one.kind.operators[0]
    values = [text for text in params.getlist("value") if text]
    if operator == "within" and params.get("period"):
        values = [params["period"]]
    if operator in {"empty", "filled"}:
        values = []
    condition = Condition(one.key, operator, ",".join(values)[:MAX_VALUE])
    compile_node(description, actor, condition)
    was = params.get("was", "")
    kept = [part for part in state.conditions if part.text != was]
    return tuple(dict.fromkeys([*kept, condition]))


def chip_rows(
    description: RecordDescription,
    actor: Actor,
    state: ListState,
    base: ListState,
    shown: Sequence[Any],
) -> list[dict[str, Any]]:
    """Chips with the form that changes each and the address that drops it."""
    rows = []
    for chip in shown:
        rest = tuple(part for part in state.conditions if part != chip.condition)
        rows.append(
            {
                "field": chip.field,
                "value": chip.value,
                "text": chip.condition.text,
                "remove_url": state.query(base, conditions=rest),
                "form": filter_form(description, actor, chip.condition.field, chip.condition),
            }
        )
    return rows
