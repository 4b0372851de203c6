"""Reads on contacts: their points, consents, likely duplicates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from shangji.core.contacts.choices import CONSENT_CHANNELS
from shangji.core.contacts.models import Consent, Contact, ContactPoint
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.words import Noted
from shangji.lib.text import mail_key, person_key, phone_key
from shangji.lib.values import dataclass
from shangji.records.duplicates.description import Key

#: field of the contact by whose right its points of a kind are seen
POINT_FIELDS = {ContactPoint.PHONE: "phone", ContactPoint.MAIL: "email"}


def _consents(actor: Actor, values: Sequence[Any]) -> list[str]:
    return [gettext("agreed") if value else gettext("withdrawn") for value in values]


#: what the ledger has of a contact beside its columns
NOTED = {
    "phone_points": Noted(gettext_lazy("Phone numbers"), field="phone"),
    "email_points": Noted(gettext_lazy("Mail addresses"), field="email"),
    **{
        f"consent.{one.value}": Noted(
            format_lazy(gettext_lazy("Consent: {channel}"), channel=one.label), _consents
        )
        for one in CONSENT_CHANNELS
    },
}


@dataclass(frozen=True)
class ConsentLine:
    """The newest statement of one channel; `given` is None where nothing was ever said."""

    channel: str
    label: Any
    given: bool | None
    text_version: str = ""
    source: str = ""
    at: datetime | None = None


def points_of(actor: Actor, contact: Contact) -> list[ContactPoint]:
    """Phones and mails of a visible contact, in order; none of a kind hidden from the actor."""
    hidden = actor.hidden_fields("contact")
    kinds = [kind for kind, key in POINT_FIELDS.items() if key not in hidden]
    return list(ContactPoint.objects.filter(contact=contact, kind__in=kinds))


def consents_of(contact: Contact) -> list[ConsentLine]:
    """What holds for each channel now."""
    newest: dict[str, Consent] = {}
    for one in Consent.objects.filter(contact=contact):
        newest.setdefault(one.channel, one)
    lines = []
    for option in CONSENT_CHANNELS:
        row = newest.get(option.value)
        if row is None:
            lines.append(ConsentLine(option.value, option.label, None))
        else:
            lines.append(
                ConsentLine(
                    option.value, option.label, row.given, row.text_version, row.source, row.at
                )
            )
    return lines


def duplicate_keys(rows: Sequence[Contact]) -> dict[int, set[Key]]:
    """What saved contacts are compared by: all their numbers and addresses, and the name beside
    the customer they belong to."""
    found = {row.pk: _name_keys(row.name, row.account_id) for row in rows}
    points = ContactPoint.objects.filter(contact__in=found)
    for pk, kind, key in points.values_list("contact_id", "kind", "key"):
        found[pk].add((kind, key))
    return found


def typed_keys(values: Mapping[str, Any]) -> set[Key]:
    """The same of a contact that is being typed."""
    account = str(values.get("account") or "")
    found = _name_keys(
        str(values.get("name") or "")[:120], int(account) if account.isdecimal() else None
    )
    reached = {
        (ContactPoint.MAIL, mail_key(str(values.get("email") or "")[:254])),
        (ContactPoint.PHONE, phone_key(str(values.get("phone") or "")[:40])),
    }
    return found | {(kind, key) for kind, key in reached if key}


def _name_keys(name: str, account_id: int | None) -> set[Key]:
    key = person_key(name).replace("|", " ")
    found = {("name", key)} if key else set()
    return found | {("name_at", f"{account_id}|{key}")} if key and account_id else found
