"""The form of one filter: operators in words, options where there are some, periods, inner rows."""

from collections.abc import Sequence
from dataclasses import field as made
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.conditions import (
    BARE,
    MAX_VALUE,
    All,
    AnyOf,
    Condition,
    Node,
    compile_node,
    filter_field,
    operator_choices,
)
from shangji.records.conditions.editing import add, conditions_in, put, read_place, root_of
from shangji.records.conditions.linked import Through
from shangji.records.conditions.related import Related, read_operand, write_operand
from shangji.records.description import Field, RecordDescription, by_type
from shangji.records.kinds import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Link,
    Person,
    Postal,
    Several,
    Team,
)
from shangji.records.kinds.base import Kind
from shangji.records.kinds.date import PERIODS, counted_period
from shangji.records.kinds.person import IN_TEAM, team_words
from shangji.records.listing.colours import Rule, next_tone
from shangji.records.listing.menus import filter_links, option_boxes
from shangji.records.listing.state import ListState

#: more options than this are typed, not ticked
MAX_OPTIONS = 200
#: sides of a period that is counted in days, as the form sends them
SPANS = {
    "past": gettext_lazy("past days"),
    "next": gettext_lazy("next days"),
    "past_working": gettext_lazy("past working days"),
    "next_working": gettext_lazy("next working days"),
}


@dataclass(frozen=True)
class InnerForm:
    """A field of related rows in the form: ticked from options, or typed."""

    key: str
    label: Any
    options: list[tuple[str, Any]]
    value: str


@dataclass(frozen=True)
class FilterForm:
    """What the form of one field shows; `values` are those ticked.

    Attributes:
        periods: named periods, for days and related rows.
        span, days: a period counted in days, when it has one.
        inner: fields of related rows.
        links: fields behind the link, as a menu.
        typed: what may be typed beside the options, as a label; `rest` is what was.
    """

    field: Field
    operators: list[tuple[str, Any]]
    options: list[tuple[str, Any]]
    periods: list[tuple[str, Any]]
    operator: str
    value: str
    values: tuple[str, ...]
    is_related: bool = False
    span: str = "past"
    days: str = ""
    inner: list[InnerForm] = made(default_factory=list)
    links: str = ""
    typed: Any = ""

    @property
    def rest(self) -> str:
        known = {value for value, _label in self.options}
        return ", ".join(one for one in self.values if one not in known)

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to type: filled or empty is all that can be asked."""
        return all(key in BARE for key, _label in self.operators)

    @property
    def boxes(self) -> SafeString:
        return option_boxes("value", self.options, self.values)

    @property
    def spans(self) -> list[tuple[str, Any]]:
        return list(SPANS.items())


def filter_form(
    description: RecordDescription,
    actor: Actor,
    key: str,
    condition: Condition | None = None,
    *,
    url: str = "",
    query: str = "",
) -> FilterForm:
    """The form for a field, filled with a condition it already has. Invalid for no such field.

    Args:
        url, query: address of the list, for the fields behind a link; none are offered without.
    """
    one = filter_field(description, actor, key)
    operators = operator_choices(one)
    value = condition.value if condition else ""
    related = one.kind if isinstance(one.kind, Related) else None
    period = read_operand(value)[0] if related and condition else value
    span, days = _counted(period)
    dated = isinstance(_last(one.kind), Date | DateTime)
    return FilterForm(
        field=one,
        operators=operators,
        options=_options(one.kind),
        periods=list(PERIODS.items()) if dated or related else [],
        operator=condition.operator if condition else operators[0][0],
        value=period if related else value,
        values=tuple(value.split(",")),
        is_related=related is not None,
        span=span,
        days=days,
        inner=_inner(related, actor, value) if related else [],
        links=_behind(one, actor, url, query) if url else "",
        typed=_("or a city, district, country, word")
        if isinstance(_last(one.kind), Postal)
        else "",
    )


def _last(kind: Kind) -> Kind:
    return kind.last if isinstance(kind, Through) else kind


def _counted(period: str) -> tuple[str, str]:
    """Side and days of a counted period that is none of the named ones."""
    found = None if period in PERIODS else counted_period(period)
    if found is None:
        return "past", ""
    side, days, working = found
    return (f"{side}_working" if working else side), str(days)


def _behind(one: Field, actor: Actor, url: str, query: str) -> SafeString:
    """A menu of the fields of what a link leads to."""
    target = by_type(one.kind.target) if isinstance(one.kind, Link) else None
    if target is None or "." in one.key or not actor.may("read", target.type):
        return SafeString("")
    return filter_links(target, actor, url, query, prefix=f"{one.key}.")


def _inner(related: Related, actor: Actor, value: str) -> list[InnerForm]:
    known = {one.field: one.value for one in read_operand(value)[1]}
    shown = {one.key: one for one in related.described.visible_fields(actor)}
    return [
        InnerForm(key, shown[key].label, _options(shown[key].kind), known.get(key, ""))
        for key in related.ask
        if key in shown
    ]


def _options(kind: Kind) -> list[tuple[str, Any]]:
    kind = _last(kind)
    if isinstance(kind, Choice | Several):
        return [(option.value, option.label) for option in kind.options][:MAX_OPTIONS]
    if isinstance(kind, Postal):
        return list(kind.provinces)
    if isinstance(kind, Boolean):
        return [("1", _("Yes")), ("0", _("No"))]
    if isinstance(kind, Team):
        return [(str(pk), name) for pk, name in kind.names().items()][:MAX_OPTIONS]
    if isinstance(kind, Person):
        teams = [(f"{IN_TEAM}{pk}", told) for pk, told in team_words()]
        people = [("me", _("me")), ("team", _("my team")), *teams, *kind.choices()]
        return people[:MAX_OPTIONS]
    return []


def state_with_added(
    description: RecordDescription, actor: Actor, params: QueryDict, state: ListState
) -> ListState:
    """The state with what a filter form sent: among its filters, or in a rule of colour.

    `params` as `with_added` reads them; `rule` is the number of a rule of colour, or "new".
    """
    number = rule_number(params, state)
    if number is None:
        return replace(state, conditions=with_added(description, actor, params, state))
    rules = list(state.colours)
    held = rules[number].node if number < len(rules) else All(())
    of_rule = replace(state, conditions=held.parts if isinstance(held, All) else (held,))
    node = as_node(with_added(description, actor, params, of_rule))
    if number < len(rules):
        rules[number] = replace(rules[number], node=node)
    else:
        rules.append(Rule(next_tone(rules), node))
    return replace(state, colours=tuple(rules))


def rule_number(params: QueryDict, state: ListState) -> int | None:
    """The rule of colour a form is about; the one after the last for a new one."""
    asked = params.get("rule", "")
    if asked.isdecimal() and len(asked) < 3 and int(asked) < len(state.colours):
        return int(asked)
    return len(state.colours) if asked else None


def as_node(conditions: Sequence[Node]) -> Node:
    """Conditions that all hold as one tree."""
    return conditions[0] if len(conditions) == 1 else All(tuple(conditions))


def with_added(
    description: RecordDescription, actor: Actor, params: QueryDict, state: ListState
) -> tuple[Node, ...]:
    """The state's conditions with the one a filter form sent. Invalid when it does not hold.

    `params`: `add` the field, `op`, `value` (several) or `period`, or `days` with `span`, for
    related rows `in_<field>`; `was` the condition it stands in for. In the panel `at` is the group
    it goes into, `put` the part it replaces, `join` ("any", "all") makes it a group of its own.
    """
    one = filter_field(description, actor, params.get("add", ""))
    node: Node = _read(one, actor, params)
    compile_node(description, actor, node)
    if params.get("join") in {"any", "all"}:
        node = AnyOf((node,)) if params["join"] == "any" else All((node,))
    was = params.get("was", "")
    if params.get("put"):
        changed = put(root_of(state.conditions), read_place(params.get("put", "")), node)
    elif was or "at" not in params:
        kept = [node if part.text == was else part for part in state.conditions]
        return tuple(dict.fromkeys(kept if node in kept else [*kept, node]))
    else:
        changed = add(root_of(state.conditions), read_place(params.get("at", "")), node)
    return as_conditions(changed)


def as_conditions(root: Node | None) -> tuple[Node, ...]:
    """What is left of an edited tree as a list's conditions."""
    if root is None:
        return ()
    return conditions_in(root) if isinstance(root, All | AnyOf) else (root,)


def _read(one: Field, actor: Actor, params: QueryDict) -> Condition:
    operator = params.get("op", "") or one.kind.operators[0]
    values = [text for text in params.getlist("value") if text]
    period = _period(params)
    if isinstance(one.kind, Related):
        fields = {item.key: item for item in one.kind.described.visible_fields(actor)}
        inner = tuple(
            Condition(key, fields[key].kind.operators[0], params.get(f"in_{key}", "")[:MAX_VALUE])
            for key in one.kind.ask
            if key in fields and params.get(f"in_{key}")
        )
        values = [write_operand(period, inner)]
    elif operator == "within" and period:
        values = [period]
    if operator in BARE:
        values = []
    value = ",".join(values)
    if len(value) > MAX_VALUE:
        raise Invalid.whole(_("A filter has at most %(n)s characters.") % {"n": MAX_VALUE})
    return Condition(one.key, operator, value)


def _period(params: QueryDict) -> str:
    """The period a form names: counted in days where a number is given."""
    days = params.get("days", "").strip()
    if not days:
        return params.get("period", "")
    span = params.get("span", "")
    side, _sep, working = (span if span in SPANS else "past").partition("_")
    return f"{side}_{days[:6]}" + (f"_{working}" if working else "")


def chip_rows(
    description: RecordDescription,
    actor: Actor,
    state: ListState,
    base: ListState,
    shown: Sequence[Any],
) -> list[dict[str, Any]]:
    """Chips with the form that changes each and the address that drops it; groups without one."""
    rows = []
    for chip in shown:
        rest = tuple(part for part in state.conditions if part != chip.condition)
        form = None
        if isinstance(chip.condition, Condition):
            form = filter_form(description, actor, chip.condition.field, chip.condition)
        rows.append(
            {
                "field": chip.field,
                "value": chip.value,
                "text": chip.condition.text,
                "remove_url": state.query(base, conditions=rest),
                "form": form,
            }
        )
    return rows
