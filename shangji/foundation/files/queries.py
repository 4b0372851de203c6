"""Files as far as the actor may know of them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import may_only_see
from shangji.foundation.files import access
from shangji.foundation.files.models import StoredFile
from shangji.lib.errors import NotFound


def readable_file(actor: Actor, key: str) -> StoredFile:
    """The file of a key. NotFound when there is none, or its record is not for the actor."""
    stored = StoredFile.objects.filter(key=key, deleted_at=None).first()
    if stored is None or not access.may_read(actor, stored.on_type, stored.on_id):
        raise NotFound(_("Not here, or not yours to see."))
    return stored


def changeable_file(actor: Actor, key: str) -> StoredFile:
    """The file of a key, to be changed. NotFound when unseen, Forbidden when only seen."""
    stored = readable_file(actor, key)
    if not access.may_change(actor, stored.on_type, stored.on_id):
        raise may_only_see(actor, "edit", stored.on_type)
    return stored


def files_of(actor: Actor, record_type: str, record_id: int) -> QuerySet[StoredFile]:
    """Files on a record, newest first. NotFound when the actor may not know of the record."""
    if not access.may_read(actor, record_type, record_id):
        raise NotFound(_("Not here, or not yours to see."))
    return (
        StoredFile.objects.filter(on_type=record_type, on_id=record_id, deleted_at=None)
        .select_related("created_by")
        .order_by("-id")
    )


def count_on(record_type: str, record_id: int) -> int:
    """How many files hang on a record that the reader is known to see."""
    return StoredFile.objects.filter(on_type=record_type, on_id=record_id, deleted_at=None).count()
