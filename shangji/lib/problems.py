"""What a refusal looks like to a program: RFC 9457, naming the field and the way out."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shangji.lib.errors import (
    Conflict,
    DomainError,
    Duplicate,
    Invalid,
    MergedAway,
    NotFound,
    OutOfScope,
)

MEDIA_TYPE = "application/problem+json"


class Unauthorized(DomainError):
    """Nobody is known to ask (401)."""

    status = 401
    code = "unauthorized"


class Unsupported(DomainError):
    """A body of a kind that is not read here (415)."""

    status = 415
    code = "unsupported"


class Unreadable(DomainError):
    """A body that is no JSON, or nested too deep (400)."""

    code = "unreadable"


class NotAllowed(DomainError):
    """The address is there and does not answer this method (405)."""

    status = 405
    code = "method_not_allowed"


class TooBig(DomainError):
    """More bytes than a request may have (413)."""

    status = 413
    code = "too_large"


class TookTooLong(DomainError):
    """More rows to look through than there is time for (400): asked otherwise, it is answered."""

    code = "took_too_long"

    def __init__(self, quick: Iterable[str]) -> None:
        super().__init__(_("So many records take longer than two seconds to look through."))
        #: keys of fields with an index
        self.quick = list(quick)


def titles() -> dict[int, tuple[str, str]]:
    """Title and remedy by status."""
    return {
        400: (_("The request could not be read"), _("Mend what is named and send it again.")),
        401: (
            _("Not signed in"),
            _("Send a working key in the header “Authorization: Bearer …”."),
        ),
        403: (_("Not allowed"), _("Ask an administrator, or use a key that may do more.")),
        404: (_("Not found"), _("Check the address and the id.")),
        405: (_("Method not allowed"), _("Use a method of the header Allow.")),
        409: (
            _("Changed meanwhile"),
            _("Read it again, decide, and send it with its present version."),
        ),
        413: (_("Too large"), _("Send less at once.")),
        415: (_("Not this kind of body"), _("Send JSON with Content-Type: application/json.")),
        422: (_("A value does not hold"), _("Mend the fields named and send it again.")),
        429: (_("Too many requests"), _("Wait as many seconds as the header Retry-After says.")),
        503: (_("Busy"), _("Try again in a moment.")),
        507: (_("Disk full"), _("An administrator makes room on the server.")),
    }


def problem(error: DomainError, status: int | None = None) -> dict[str, Any]:
    """The document of a refusal. `status` where the door knows better than the error's class."""
    code = status or error.status
    title, remedy = titles().get(code, (_("Something went wrong"), ""))
    if type(error) is DomainError:  # refused as things stand; what was sent could be read
        title, remedy = _("Not possible now"), _("Read the record again and see how it stands.")
    found: dict[str, Any] = {
        "type": f"urn:shangji:problem:{error.code}",
        "title": title,
        "status": code,
        "code": error.code,
        "detail": str(error.message),
    }
    if remedy:
        found["remedy"] = remedy
    if isinstance(error, MergedAway):
        found["merged_into"] = error.into_id
        found["remedy"] = _("Use the id in “merged_into”.")
    if isinstance(error, OutOfScope):
        found["missing_scope"] = error.scope
        found["remedy"] = _("Make a key with this scope; what a key may do is chosen once.")
    if isinstance(error, TookTooLong):
        found["remedy"] = _(
            "Filter and sort by fields with an index (%(fields)s), or leave out “totals”."
        ) % {"fields": ", ".join(error.quick)}
    if isinstance(error, Invalid):
        found["errors"] = [
            {"field": key, "message": text} for key, texts in error.errors.items() for text in texts
        ]
    if isinstance(error, Duplicate):
        found["title"] = _("There already")
        found["duplicates"] = error.hits
        found["remedy"] = _("Use one of these, or send it without “duplicates=refuse”.")
    if isinstance(error, Conflict) and error.fields:
        found["conflicts"] = [
            {"field": key, "yours": mine, "theirs": theirs}
            for key, (mine, theirs) in error.fields.items()
        ]
    return found


def answer(
    error: DomainError, status: int | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A refusal as an answer."""
    found = problem(error, status)
    response = HttpResponse(
        json.dumps(found, ensure_ascii=False, default=str),
        status=found["status"],
        content_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )
    if found["status"] == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def nothing_here() -> HttpResponse:
    """404 of an address that leads nowhere: the same as for a record one may not know of."""
    return answer(NotFound(_("Not here, or not yours to see.")))
