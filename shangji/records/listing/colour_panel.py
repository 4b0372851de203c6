"""The panel of a view's colours: each rule with its filter panel; every change is an address."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.records.conditions import Node
from shangji.records.conditions.editing import root_of
from shangji.records.description import RecordDescription
from shangji.records.listing.colours import MAX_RULES, TONES, Rule
from shangji.records.listing.filters import as_conditions, as_node
from shangji.records.listing.groups import Box, Panel
from shangji.records.listing.menus import filter_links
from shangji.records.listing.state import ListState


@dataclass(frozen=True)
class Shade:
    """A colour that a rule may have instead."""

    tone: str
    label: Any
    url: str
    is_current: bool


@dataclass(frozen=True)
class RuleLine:
    """One rule as the panel shows it.

    Attributes:
        number: its place from 0, for the forms inside.
        label: its colour in words.
        up_url: the address with the rule one place up; "" for the first.
    """

    number: int
    tone: str
    label: Any
    shades: list[Shade]
    box: Box
    up_url: str
    remove_url: str
    #: hidden inputs of the forms inside
    keep: list[tuple[str, str]]


@dataclass(frozen=True)
class ColourPanel:
    lines: list[RuleLine]
    #: fields as a menu for one more rule; "" when there are as many as there may be
    links: SafeString | str


class _RulePanel(Panel):
    """The filter panel of one rule."""

    def __init__(
        self,
        description: RecordDescription,
        actor: Actor,
        state: ListState,
        base: ListState,
        url: str,
        number: int,
    ) -> None:
        super().__init__(description, actor, state, base, url)
        self.number = number
        self.name = f"rule-{number}"
        self.root = root_of((state.colours[number].node,))

    def _query(self, root: Node | None) -> str:
        rules = list(self.state.colours)
        conditions = as_conditions(root)
        if conditions:
            rules[self.number] = replace(rules[self.number], node=as_node(conditions))
        else:
            del rules[self.number]
        return f"{_query(self.state, self.base, rules)}&rule={self.number}"


def colour_panel(
    description: RecordDescription,
    actor: Actor,
    state: ListState,
    base: ListState,
    url: str,
    keep: Sequence[tuple[str, str]],
) -> ColourPanel:
    """The rules of a state, each editable, and the menu for one more.

    Args:
        url: address of the list.
        keep: hidden inputs with the state, for forms.
    """
    links: SafeString | str = ""
    if len(state.colours) < MAX_RULES:
        query = f"{_query(state, base, state.colours)}&rule=new"
        links = filter_links(description, actor, url, query, target="rule-new")
    return ColourPanel(
        [
            _line(description, actor, state, base, url, number, keep)
            for number in range(len(state.colours))
        ],
        links,
    )


def _line(
    description: RecordDescription,
    actor: Actor,
    state: ListState,
    base: ListState,
    url: str,
    number: int,
    keep: Sequence[tuple[str, str]],
) -> RuleLine:
    rules = state.colours
    rule = rules[number]
    up = [*rules[: number - 1], rule, rules[number - 1], *rules[number + 1 :]] if number else []
    rest = [*rules[:number], *rules[number + 1 :]]

    def shaded(tone: str) -> str:
        other = replace(rule, tone=tone)
        return _query(state, base, [*rules[:number], other, *rules[number + 1 :]])

    return RuleLine(
        number=number,
        tone=rule.tone,
        label=TONES[rule.tone],
        shades=[
            Shade(tone, label, shaded(tone), tone == rule.tone) for tone, label in TONES.items()
        ],
        box=_RulePanel(description, actor, state, base, url, number).box(),
        up_url=_query(state, base, up) if up else "",
        remove_url=_query(state, base, rest),
        keep=[*keep, ("colours", "1"), ("rule", str(number))],
    )


def _query(state: ListState, base: ListState, rules: Sequence[Rule]) -> str:
    return f"{state.query(base, colours=tuple(rules))}&colours=1"
