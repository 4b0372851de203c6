"""Refusals of conditions: what does not fit, and where in the tree it stands."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.records.conditions.tree import MAX_DEPTH, Place
from shangji.records.description import Field


@contextmanager
def checked(one: Field) -> Iterator[None]:
    """An operand that its field cannot read is refused in words, with the field's name."""
    try:
        yield
    except (ValueError, ArithmeticError) as problem:
        told = str(problem) if isinstance(problem, ValueError) else _("This value is too large.")
        raise Invalid({one.key: [f"{one.label}: {told}"]}) from None


@contextmanager
def nested(place: Place) -> Iterator[None]:
    """A refusal inside a group says where: "Condition 2.1: there is no field …"."""
    if len(place) > MAX_DEPTH:
        raise Invalid.whole(_("The filter is nested too deep."))
    try:
        yield
    except PlacedInvalid:
        raise
    except Invalid as problem:
        if not place:
            raise
        raise PlacedInvalid(place, problem) from None


class PlacedInvalid(Invalid):
    """What is wrong with one condition of a tree; `place` is its number in each group."""

    def __init__(self, place: Place, problem: Invalid) -> None:
        self.place = place
        number = ".".join(str(one) for one in place)
        told = _("Condition %(number)s: %(problem)s") % {
            "number": number,
            "problem": problem.message,
        }
        super().__init__({number: [told]})
