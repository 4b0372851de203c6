"""Merge records into one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from shangji.lib.errors import Invalid
from shangji.records.api.doors import ANY, actor_of, door, of_slug, record_answer, seen
from shangji.records.api.reading import read_object
from shangji.records.merging.actions import merge_records

router = Router()
MERGED = ("account", "contact", "opportunity")


@router.post(
    "/{record:slug}/{int:pk}/merge",
    **door("merge", ANY, returns=ANY, body="Merge", example={"others": [8]}, kinds=MERGED),
)
def merge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Merge `others` into this record; `take` says whose value a field takes, 0 for all."""
    description, actor = of_slug(request, slug), actor_of(request)
    seen(request, description.type, pk)
    data = read_object(request)
    if not {"others"} <= set(data) <= {"others", "take", "versions"}:
        raise Invalid.field("others", _("Name the records to merge, and nothing else."))
    others = data["others"]
    if not isinstance(others, list) or not all(_is_id(one) for one in others):
        raise Invalid.field("others", _("Should be a list of ids."))
    versions = _numbers(data, "versions")
    if not all(key.isdecimal() and len(key) < 19 for key in versions):
        raise Invalid.field("versions", _("Should be an object of ids and whole numbers."))
    merged = merge_records(
        actor=actor,
        record_type=description.type,
        survivor_id=pk,
        other_ids=others,
        take=_numbers(data, "take"),
        versions={int(key): value for key, value in versions.items()},
        now=timezone.now(),
    )
    return record_answer(request, merged.record)


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value < 2**63


def _numbers(data: Mapping[str, Any], key: str) -> dict[str, int]:
    found = data.get(key, {})
    fits = isinstance(found, dict) and all(
        type(one) is int and 0 <= one < 2**63 for one in found.values()
    )
    if not fits:
        raise Invalid.field(key, _("Should be an object of whole numbers."))
    return dict(found)
