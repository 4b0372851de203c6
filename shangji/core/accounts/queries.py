"""Reads on accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from shangji.core.accounts.models import Account
from shangji.foundation.access.actor import Actor
from shangji.lib.errors import BadInput
from shangji.lib.mail_providers import is_shared_domain
from shangji.lib.text import company_key, domain_of, phone_key
from shangji.lib.values import dataclass
from shangji.records.duplicates.description import Key

#: relatives shown on a page
FAMILY_LIMIT = 50


def parents_above(account_id: int) -> dict[int, int | None]:
    """Parent id by id for an account and all above it; stops at a circle, 50 levels at most."""
    parents: dict[int, int | None] = {}
    at: int | None = account_id
    while at is not None and at not in parents and len(parents) < 50:
        row = Account.objects.filter(pk=at).values_list("parent_id", flat=True).first()
        parents[at] = row
        at = row
    return parents


@dataclass(frozen=True)
class Relative:
    """One account of a family, as deep in it as `depth` says."""

    pk: int
    name: str
    depth: int
    is_self: bool = False

    @property
    def indent(self) -> range:
        return range(self.depth)


@dataclass
class Family:
    """The accounts above and below one, as far as the actor may know of them."""

    lines: list[Relative] = field(default_factory=list)
    more: int = 0

    @property
    def is_alone(self) -> bool:
        return len(self.lines) < 2


def family(actor: Actor, account: Account) -> Family:
    """Parents from the top down to the account, then its children and theirs (two levels)."""
    above = list(parents_above(account.pk))[1:]
    seen = Account.objects.visible_to(actor)
    names = dict(seen.filter(pk__in=above).values_list("pk", "name"))
    found = Family()
    for pk in reversed(above):
        if pk in names:
            found.lines.append(Relative(pk, names[pk], len(found.lines)))
    depth = len(found.lines)
    found.lines.append(Relative(account.pk, account.name, depth, True))
    rows = list(seen.filter(parent_id=account.pk).order_by("name").values_list("pk", "name"))
    children = rows[:FAMILY_LIMIT]
    found.more = len(rows) - len(children)
    below: dict[int, list[Relative]] = {}
    ids = [pk for pk, _name in children]
    grand = seen.filter(parent_id__in=ids).order_by("name")
    for pk, name, parent in grand.values_list("pk", "name", "parent_id")[:FAMILY_LIMIT]:
        below.setdefault(parent, []).append(Relative(pk, name, depth + 2))
    for pk, name in children:
        found.lines.append(Relative(pk, name, depth + 1))
        found.lines.extend(below.get(pk, []))
    return found


def duplicate_keys(rows: Sequence[Account]) -> dict[int, set[Key]]:
    """What saved accounts are compared by."""
    return {
        row.pk: _keys(row.name_key, row.credit_code, row.domain, phone_key(row.phone))
        for row in rows
    }


def typed_keys(values: Mapping[str, Any]) -> set[Key]:
    """The same of an account that is being typed."""
    try:
        name = company_key(str(values.get("name") or "")[:200])
    except BadInput:
        name = ""
    return _keys(
        name,
        str(values.get("credit_code") or "").strip().upper(),
        domain_of(str(values.get("website") or "")[:300]),
        phone_key(str(values.get("phone") or "")[:40].strip()),
    )


def _keys(name: str, code: str, domain: str, phone: str) -> set[Key]:
    own = "" if is_shared_domain(domain) else domain
    found = {("name", name), ("code", code if len(code) == 18 else ""), ("domain", own)}
    return {(kind, key) for kind, key in {*found, ("phone", phone)} if key}
