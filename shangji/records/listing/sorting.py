"""The order of a list: one field after another, `-amount,name`."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription

MAX_SORTS = 3
#: begins the names under which queries have what other rows show
SHOWN = "shown_"


@dataclass(frozen=True)
class Sort:
    """One field of the order; `is_down` from large to small."""

    field: Field
    is_down: bool
    #: what the reader sees of it, where that is another row's: see Kind.shown_by
    shown: Any = None

    @property
    def text(self) -> str:
        return f"-{self.field.key}" if self.is_down else self.field.key

    @property
    def path(self) -> str:
        """The ORM path ordered by; of what other rows show, its name in the query."""
        if self.shown is not None:
            return f"{SHOWN}{self.field.key}"
        return self.field.kind.sort_path(self.field.orm)

    def expression(self, *, nullable: bool) -> Any:
        """As the ORM orders by it: rows without a value last, whichever way it goes."""
        last = {"nulls_last": True} if nullable else {}
        return F(self.path).desc(**last) if self.is_down else F(self.path).asc(**last)


def read_sort(description: RecordDescription, actor: Actor, text: str) -> tuple[Sort, ...]:
    """The order an address asks for. Invalid for a field that is hidden, misspelt or closed."""
    words = text.split(",")
    if len(words) > MAX_SORTS:
        raise Invalid.whole(_("At most %(n)s fields to sort by.") % {"n": MAX_SORTS})
    found: dict[str, Sort] = {}
    for word in words:
        one = sort_field(description, actor, word)
        shown = one.kind.shown_by(one.orm, actor)
        found.setdefault(one.key, Sort(one, word.startswith("-"), shown))
    return tuple(found.values())


def sort_field(description: RecordDescription, actor: Actor, sort: str) -> Field:
    """The field of a sort key such as `-amount`."""
    one = description.field(sort.removeprefix("-"), actor)
    if not one.sortable:
        raise description.unknown(one.key)
    return one


def write_sort(sorts: tuple[Sort, ...]) -> str:
    return ",".join(one.text for one in sorts)
