"""A role as lines of a table that a person can read."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.kinds import Kind
from shangji.foundation.access.scope import Scope
from shangji.foundation.people.forms.roles import FLAGS, SCOPE_NAMES, SCOPED
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Cell:
    """One verb on one kind: its words, and how far it reaches ("none" to "all")."""

    words: str | Promise
    reach: str


@dataclass(frozen=True)
class Line:
    """One kind of record, or everything without a line of its own."""

    name: str
    cells: Sequence[Cell]
    hidden: Sequence[str]
    read_only: Sequence[str]


def verbs() -> list[str | Promise]:
    """The heads of the columns."""
    return [*SCOPED.values(), *FLAGS.values()]


def role_table(role: Role, kinds: Sequence[Kind]) -> list[Line]:
    """The default first, then each kind with a rule of its own."""
    lines = [_line(_("Everything"), role.default, {})]
    for kind in kinds:
        if kind.key in role.grants:
            lines.append(
                _line(str(kind.name), role.grant(kind.key), {k: str(v) for k, v in kind.fields})
            )
    if len(lines) > 1:
        lines[0] = _line(_("Everything else"), role.default, {})
        lines.append(lines.pop(0))
    return lines


def _line(name: str, grant: Grant, labels: dict[str, str]) -> Line:
    cells = [_scope_cell(getattr(grant, verb)) for verb in SCOPED]
    cells += [_flag_cell(getattr(grant, flag)) for flag in FLAGS]
    return Line(
        name,
        cells,
        [labels.get(key, key) for key in sorted(grant.hidden)],
        [labels.get(key, key) for key in sorted(grant.read_only)],
    )


def _scope_cell(scope: Scope) -> Cell:
    return Cell(SCOPE_NAMES[scope], scope.name.lower())


def _flag_cell(allowed: bool) -> Cell:
    return Cell(_("Yes") if allowed else _("No"), "all" if allowed else "none")
