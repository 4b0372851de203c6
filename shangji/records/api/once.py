"""The header Idempotency-Key: what identifies a request, and how a kept answer is given again."""

import hashlib
from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.records.actions.answers import Answer, answer_once

HEADER = "Idempotency-Key"
LONGEST = 200
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def once(
    request: HttpRequest, actor: Actor, run: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Answer a request; with the header, at most once. Invalid for a key that is none."""
    key = request.headers.get(HEADER)
    if key is None or request.method not in _CHANGES:
        return run()
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Invalid.field(HEADER, _("Should be 1 to %(n)s plain characters.") % {"n": LONGEST})
    given: list[Any] = []

    def answer() -> Answer:
        response = run()
        given.append(response)
        return Answer(
            response.status_code,
            response.headers.get("Content-Type", ""),
            response.content if isinstance(response, HttpResponse) else b"",
            response.headers.get("Operation", ""),
            response.headers.get("Location", ""),
        )

    found, was_kept = answer_once(
        actor=actor, key=key, fingerprint=_fingerprint(request), run=answer, now=timezone.now()
    )
    if not was_kept:
        response: HttpResponseBase = given[0]
        return response
    again = HttpResponse(found.body, status=found.status, content_type=found.media_type)
    again.headers["Idempotent-Replayed"] = "true"
    kept = {"Operation": found.operation, "Location": found.location}
    for name, value in kept.items():
        if value:
            again.headers[name] = value
    return again


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name in request.FILES:
            upload = cast("UploadedFile[Any]", request.FILES[name])
            digest.update(f"{upload.name} {upload.size}\n".encode("utf-8", "replace"))
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
        return digest.hexdigest()
    try:
        digest.update(request.body)
    except RequestDataTooBig:
        # refused by the reader of bodies, in words
        digest.update(b"too big")
    return digest.hexdigest()
