"""Named actions of contacts for other programs."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from shangji.core.contacts.actions import record_consent
from shangji.records.api.doors import actor_of, door, record_answer, seen
from shangji.records.api.types import Line

router = Router(tags=["Contacts"])


class ConsentIn(Schema):
    """A consent or its withdrawal, with the text it was given to and where."""

    channel: Line
    given: bool
    text_version: Line
    source: Line


@router.post(
    "/contacts/{int:pk}/consent",
    **door(
        "edit",
        "contact",
        returns="contact",
        example={
            "channel": "mail", "given": True, "text_version": "2026-01", "source": "Fair Shanghai",
        },
    ),
)  # fmt: skip
def consent(request: HttpRequest, pk: int, body: ConsentIn) -> HttpResponse:
    """Write down a consent or its withdrawal."""
    record = seen(request, "contact", pk)
    record_consent(actor=actor_of(request), contact=record, now=timezone.now(), **body.dict())
    return record_answer(request, record)
