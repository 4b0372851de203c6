"""Writes on contacts: their points and consents hang on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.contacts.choices import CONSENT_KEYS
from shangji.core.contacts.models import Consent, Contact, ContactPoint
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require, require_type
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Invalid
from shangji.lib.text import mail_key, phone_key
from shangji.records.actions import check_values, columns, insert
from shangji.records.description import describe
from shangji.records.merging.carrying import Moves


def create_contact(*, actor: Actor, values: Mapping[str, Any], now: datetime) -> Contact:
    """Make one contact; phone and mail become its first points."""
    require_type(actor, "create", "contact")
    with operation(actor, "contact.create", now=now) as op:
        return create_in(op, values)


def create_in(op: Recorder, values: Mapping[str, Any]) -> Contact:
    """The same inside an open operation."""
    record = insert(op, describe("contact"), values)
    assert isinstance(record, Contact)
    sync_first_points(record)
    return record


def edit_contact(
    *,
    actor: Actor,
    record: Contact,
    values: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> Contact:
    """Change fields; a changed phone or mail replaces the first point of its kind."""
    require(actor, "edit", record)
    with operation(actor, "contact.edit", now=now) as op:
        return edit_locked(op, op.lock(record), values, version)


def edit_locked(
    op: Recorder, record: Contact, values: Mapping[str, Any], version: int | None
) -> Contact:
    """Set fields of a locked contact inside an open operation (edit, bulk edit, import)."""
    check_values(describe("contact"), op.actor, values, record)
    record = op.update(record, columns(describe("contact"), values), version=version)
    if "phone" in values or "email" in values:
        sync_first_points(record)
    return record


def sync_first_points(record: Contact) -> None:
    """Let the first point of each kind say what the contact's own columns say."""
    for kind, value in ((ContactPoint.PHONE, record.phone), (ContactPoint.MAIL, record.email)):
        rows = ContactPoint.objects.filter(contact=record, kind=kind)
        if not value:
            rows.filter(position=0).delete()
            continue
        rows.filter(key=key_of(kind, value)).delete()
        rows.filter(position=0).delete()
        ContactPoint.objects.create(
            contact=record, kind=kind, value=value, key=key_of(kind, value), position=0
        )


def settle_merged(
    moves: Moves, survivor: Contact, others: Sequence[Contact], taken: Mapping[str, int]
) -> None:
    """After a merge: the chosen phone and mail lead, the survivor's own come before the rest."""
    own = [(ContactPoint.PHONE, survivor.phone), (ContactPoint.MAIL, survivor.email)]
    places: list[tuple[int, int, int]] = []
    for kind, value in own:
        key = key_of(kind, value) if value else ""
        rows = ContactPoint.objects.filter(contact=survivor, kind=kind).order_by("position", "id")
        carried = set(moves.carried(ContactPoint))
        ordered = sorted(rows, key=lambda one: (one.key != key, one.pk in carried))
        places += [
            (row.pk, row.position, place)
            for place, row in enumerate(ordered)
            if row.position != place
        ]
    moves.set(ContactPoint, "position", places)


def key_of(kind: str, value: str) -> str:
    """The matching form of a phone number or mail address; as written when it reads as none."""
    found = phone_key(value) if kind == ContactPoint.PHONE else mail_key(value)
    return (found or value.casefold())[:254]


def set_points(
    *,
    actor: Actor,
    contact: Contact,
    kind: str,
    values: Sequence[tuple[str, str]],
    now: datetime,
) -> Contact:
    """Replace all numbers or addresses of a kind: (value, label) in order, the first leads."""
    require(actor, "edit", contact)
    if kind not in (ContactPoint.PHONE, ContactPoint.MAIL) or len(values) > 10:
        raise Invalid({kind: [_("At most ten.")]})
    with operation(actor, "contact.points", now=now) as op:
        record = op.lock(contact)
        rows = ContactPoint.objects.filter(contact=record, kind=kind)
        before = list(rows.values_list("value", flat=True))
        rows.delete()
        kept: dict[str, ContactPoint] = {}
        for value, label in values:
            key = key_of(kind, value)
            if value.strip() and key not in kept:
                kept[key] = ContactPoint(
                    contact=record,
                    kind=kind,
                    value=value.strip()[:254],
                    key=key,
                    label=label[:20],
                    position=len(kept),
                )
        ContactPoint.objects.bulk_create(kept.values())
        first = next(iter(kept.values()), None)
        column = "phone" if kind == ContactPoint.PHONE else "email"
        record = op.update(record, {column: (first.value if first else "")[:254]})
        op.note(record, f"{kind}_points", before, [point.value for point in kept.values()])
        return record


def record_consent(
    *,
    actor: Actor,
    contact: Contact,
    channel: str,
    given: bool,
    text_version: str,
    source: str,
    now: datetime,
) -> Consent:
    """Write down a consent or its withdrawal, with the text it was given to and where."""
    require(actor, "edit", contact)
    errors = {}
    if channel not in CONSENT_KEYS:
        errors["channel"] = [_("There is no such channel.")]
    if not text_version.strip():
        errors["text_version"] = [_("Say which text was agreed to.")]
    if not source.strip():
        errors["source"] = [_("Say where the consent comes from.")]
    if errors:
        raise Invalid(errors)
    with operation(actor, "contact.consent", now=now) as op:
        record = op.lock(contact)
        consent = Consent.objects.create(
            contact=record,
            channel=channel,
            given=given,
            text_version=text_version.strip()[:60],
            source=source.strip()[:200],
            at=now,
            operation_id=op.id,
        )
        _note_consent(op, record, consent)
        return consent


def _note_consent(op: Recorder, record: Contact, consent: Consent) -> None:
    op.note(record, f"consent.{consent.channel}", None, consent.given)
