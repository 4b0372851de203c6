"""Hang a file on a record; take it off; clear away what nobody needs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO, Protocol

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import may_only_see
from shangji.foundation.audit.recorder import operation
from shangji.foundation.files import access, rules, storage
from shangji.foundation.files.models import StoredFile
from shangji.foundation.files.pictures import redraw
from shangji.foundation.files.queries import changeable_file
from shangji.lib.errors import DomainError, Invalid, NotFound

#: an upload that is not in the database by then is forgotten
ORPHAN_AGE = timedelta(days=1)
BIN_AGE = timedelta(days=30)
HEAD = 4096


class Upload(Protocol):
    """What is asked of an uploaded file (Django's UploadedFile)."""

    name: str | None
    size: int | None
    file: IO[bytes]

    def chunks(self) -> Iterable[bytes]: ...


class TooLarge(DomainError):
    """More bytes than the limit (413)."""

    status = 413
    code = "too_large"


def too_large() -> TooLarge:
    limit = settings.UPLOAD_LIMIT // (1024 * 1024)
    return TooLarge(
        _("A file may have %(limit)s MB. Make it smaller, or share a link to it.")
        % {"limit": limit}
    )


def store_upload(
    *, actor: Actor, upload: Upload, record_type: str, record_id: int, now: datetime
) -> StoredFile:
    """Store an uploaded file on a record.

    Raises NotFound or Forbidden for the record, TooLarge, Invalid (empty, or a picture that is
    not taken), DiskFull. On any of them no byte and no row is left.
    """
    if not access.may_read(actor, record_type, record_id):
        raise NotFound(_("Not here, or not yours to see."))
    if not access.may_change(actor, record_type, record_id):
        raise may_only_see(actor, "edit", record_type)
    chunks, media_type, is_picture = _content(upload)
    written = storage.write(chunks)
    try:
        with operation(actor, "file.attach", now=now) as op:
            # again inside the transaction: the record may be gone meanwhile
            access.hold(record_type, record_id)
            if not access.may_change(actor, record_type, record_id):
                raise NotFound(_("Somebody deleted this meanwhile."))
            return op.created(
                StoredFile(
                    key=written.key,
                    name=rules.clean_name(upload.name or ""),
                    size=written.size,
                    sha256=written.sha256,
                    media_type=media_type,
                    is_picture=is_picture,
                    on_type=record_type,
                    on_id=record_id,
                )
            )
    except BaseException:
        storage.remove(written.key)
        raise


def _content(upload: Upload) -> tuple[Iterable[bytes], str, bool]:
    """Bytes to store, their media type, and whether they are a picture drawn anew."""
    if not upload.size:
        raise Invalid.field("file", _("This file is empty."))
    if upload.size > settings.UPLOAD_LIMIT:
        raise too_large()
    stream = upload.file
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    foreign = rules.foreign_picture(head)
    if foreign:
        raise Invalid.field(
            "file",
            _("%(kind)s pictures are not taken. Save it as PNG, JPEG or PDF.") % {"kind": foreign},
        )
    kind = rules.picture_format(head)
    drawn = redraw(stream, kind) if kind else None
    if drawn is not None:
        return [drawn[0]], drawn[1], True
    return upload.chunks(), rules.OCTETS if kind else rules.media_type(head, stream), False


def delete_file(*, actor: Actor, key: str, now: datetime) -> StoredFile:
    """Put a file into the bin; undo brings it back within 30 days."""
    if changeable_file(actor, key).in_field:
        raise Invalid.whole(_("This file is the value of a field. Take it out there."))
    with operation(actor, "file.delete", now=now) as op:
        stored = op.lock(StoredFile.objects.get(key=key))
        return op.deleted(stored)


def sweep(*, now: datetime) -> dict[str, int]:
    """Remove files 30 days in the bin or of records that are gone for good, and bytes without a
    row after a day. A file whose form was never sent goes after 30 days, too."""
    late = now - BIN_AGE
    old = StoredFile.objects.filter(
        Q(deleted_at__lt=late) | Q(on_type=access.DRAFT, deleted_at=None, updated_at__lt=late)
    )
    binned = 0
    for stored in old.iterator(chunk_size=500):
        key = stored.key
        stored.delete()
        storage.remove(key)
        binned += 1
    binned += _sweep_unhung()
    orphans = 0
    for path in storage.stored_before(now - ORPHAN_AGE):
        if not StoredFile.objects.filter(key=path.name).exists():
            path.unlink(missing_ok=True)
            orphans += 1
    return {"binned": binned, "orphans": orphans}


def _sweep_unhung() -> int:
    """Files whose record left the bin for ever: nobody can reach them any more."""
    count = 0
    for record_type in access.listed_types():
        for stored in StoredFile.objects.filter(on_type=record_type).exclude(
            on_id__in=access.ids(record_type)
        ):
            key = stored.key
            stored.delete()
            storage.remove(key)
            count += 1
    return count
