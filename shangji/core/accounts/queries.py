"""Reads on accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.accounts.models import Account
from shangji.foundation.access.actor import Actor
from shangji.lib.errors import BadInput
from shangji.lib.text import company_key, domain_of, phone_key
from shangji.records.similar import Hit, hits

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


def similar_accounts(actor: Actor, values: Mapping[str, Any], pk: int | None) -> list[Hit]:
    """Accounts with the same name, credit code, phone or web address; visible ones also by a
    name that contains the typed one. Only what the actor's role may see of each is compared."""
    hidden = actor.hidden_fields("account")
    rows = Account.objects.alive().exclude(pk=pk or 0)
    found: list[tuple[Account, str]] = []
    key = _key(str(values.get("name", "")))
    code = str(values.get("credit_code", "")).strip().upper()
    if len(code) == 18 and "credit_code" not in hidden:
        found += [(row, _("same credit code")) for row in rows.filter(credit_code=code)[:5]]
    if key:
        found += [(row, _("same name")) for row in rows.filter(name_key=key)[:5]]
    domain = domain_of(str(values.get("website", ""))[:300])
    if domain and "website" not in hidden:
        found += [(row, _("same web address")) for row in rows.filter(domain=domain)[:5]]
    phone = str(values.get("phone", ""))[:40].strip()
    if phone_key(phone) and "phone" not in hidden:
        found += [(row, _("same phone")) for row in rows.filter(phone=phone)[:5]]
    if len(key) > 1:
        near = rows.visible_to(actor).filter(name_key__contains=key)
        found += [(row, _("similar name")) for row in near.order_by("name")[:5]]
    return hits(actor, "accounts", found)


def _key(name: str) -> str:
    try:
        return company_key(name[:200])
    except BadInput:
        return ""
