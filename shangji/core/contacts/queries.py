"""Reads on contacts: their points, consents, likely duplicates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.contacts.choices import CONSENT_CHANNELS
from shangji.core.contacts.models import Consent, Contact, ContactPoint
from shangji.foundation.access.actor import Actor
from shangji.lib.text import mail_key, phone_key
from shangji.records.similar import Hit, hits

#: field of the contact by whose right its points of a kind are seen
POINT_FIELDS = {ContactPoint.PHONE: "phone", ContactPoint.MAIL: "email"}


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


def similar_contacts(actor: Actor, values: Mapping[str, Any], pk: int | None) -> list[Hit]:
    """Contacts with the same phone or mail, whoever's; visible ones also by the same name."""
    hidden = actor.hidden_fields("contact")
    rows = Contact.objects.alive().exclude(pk=pk or 0)
    found: list[tuple[Contact, str]] = []
    mail = mail_key(str(values.get("email", ""))[:254])
    if mail and "email" not in hidden:
        same = rows.filter(points__kind=ContactPoint.MAIL, points__key=mail).distinct()
        found += [(row, _("same mail")) for row in same[:5]]
    phone = phone_key(str(values.get("phone", ""))[:40])
    if phone and "phone" not in hidden:
        same = rows.filter(points__kind=ContactPoint.PHONE, points__key=phone).distinct()
        found += [(row, _("same phone")) for row in same[:5]]
    name = str(values.get("name", "")).strip()[:120]
    if len(name) > 1:
        same = rows.visible_to(actor).filter(name__iexact=name)
        found += [(row, _("same name")) for row in same[:5]]
    return hits(actor, "contacts", found)
