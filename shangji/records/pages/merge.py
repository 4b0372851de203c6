"""Merging: records side by side, one stays, and undo brings the others back."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.lib.errors import Conflict, Forbidden, Invalid, NotFound
from shangji.lib.values import dataclass
from shangji.records.chosen import chosen_rows
from shangji.records.description import RecordDescription
from shangji.records.duplicates.queries import pairs
from shangji.records.kinds.link import record_url
from shangji.records.merging.actions import MOST, merge_records
from shangji.records.merging.sheet import make_sheet
from shangji.records.pages.answers import actor_of, done, of_type
from shangji.records.pages.bulk import read_choice, safe_back

TAKE, VERSION = "take-", "version-"
#: more ids than this are not read
MAX_ASKED = 500


@of_type
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """The chosen records side by side; with fewer than two, a way to choose another."""
    return _show(request, description)


@of_type
@require_POST
def merge_go(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Merge them: `stays`, `ids`, `take-<field>` (a record's id, 0 for all), `version-<id>`."""
    actor = actor_of(request)
    _require(actor, description)
    ids = _numbers(request.POST.getlist("ids"))
    stays = (_numbers([request.POST.get("stays", "")]) or ids or [0])[0]
    take, versions = _read(request, TAKE), _read(request, VERSION)
    try:
        merged = merge_records(
            actor=actor,
            record_type=description.type,
            survivor_id=stays,
            other_ids=[pk for pk in ids if pk != stays],
            take=take,
            versions={int(key): value for key, value in versions.items() if key.isdecimal()},
            now=timezone.now(),
        )
    except (Invalid, Conflict) as refusal:
        return _show(request, description, refusal=refusal, survivor=stays, take=take)
    count = len(ids) - 1
    text = ngettext(
        "%(n)s record merged into %(name)s", "%(n)s records merged into %(name)s", count
    )
    return done(
        request,
        text % {"n": count, "name": merged.record},
        record_url(description.slug, stays),
        undo=merged.operation_id,
    )


def _require(actor: Actor, description: RecordDescription) -> None:
    if description.merging is None:
        raise NotFound(_("Records of this type cannot be merged."))
    require_type(actor, "edit", description.type)
    require_type(actor, "delete", description.type)


def _show(
    request: HttpRequest,
    description: RecordDescription,
    *,
    refusal: Invalid | Conflict | None = None,
    survivor: int | None = None,
    take: dict[str, int] | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    _require(actor, description)
    chosen = _chosen(request, actor, description)
    sheet = make_sheet(actor, description, chosen.ids, timezone.now(), survivor=survivor, take=take)
    if sum(not one.may_go for one in sheet.columns) > 1:
        names = ", ".join(one.title for one in sheet.columns if not one.may_go)
        raise Forbidden(_("Your role may not delete %(names)s.") % {"names": names})
    suspects = []
    if len(sheet.columns) == 1 and description.duplicates is not None:
        suspects = pairs(actor, description, about=sheet.columns[0].pk)[0]
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    context: dict[str, Any] = {
        "description": description,
        "sheet": sheet,
        "suspects": suspects,
        "chosen": chosen,
        "most": MOST,
        "may_merge": len(sheet.columns) > 1,
        "conflict": refusal.message if isinstance(refusal, Conflict) else "",
        "errors": [text for texts in errors.values() for text in texts],
        "back": _back(request, description, sheet.columns),
        "options_url": reverse("records:options", kwargs={"slug": description.slug}),
        "list_url": reverse("records:list", kwargs={"slug": description.slug}),
    }
    status = refusal.status if refusal is not None else 200
    return render(request, "records/merge.html", context, status=status)


@dataclass(frozen=True)
class _Chosen:
    """Ids to merge; of the others that were chosen, how many the actor does not see (or nobody
    any more), may not change, and how many are too many at once."""

    ids: list[int]
    gone: int
    left: int
    more: int


def _chosen(request: HttpRequest, actor: Actor, description: RecordDescription) -> _Chosen:
    """The records that were asked for. NotFound when none of them is the actor's to see."""
    asked: set[str] = set()
    if request.method == "POST" and request.POST.get("all"):
        ids, conditions = read_choice(request)
        rows = chosen_rows(actor, description, ids=ids, conditions=conditions)
    else:
        given = request.POST if request.method == "POST" else request.GET
        texts = given.getlist("ids")[:MAX_ASKED]
        asked = {text for text in texts if text}  # the box sends none when nothing is chosen in it
        rows = chosen_rows(actor, description, ids=_numbers(texts), conditions=None)
    seen = rows.count()
    if asked and not seen:
        raise NotFound(_("Not here, or not yours to see."))
    allowed = rows.permitted(actor, "edit")
    count = allowed.count()
    found = list(allowed.order_by("pk").values_list("pk", flat=True)[:MOST])
    return _Chosen(found, max(0, len(asked) - seen), seen - count, max(0, count - MOST))


def _back(request: HttpRequest, description: RecordDescription, columns: Sequence[Any]) -> str:
    if request.method == "GET" and columns:
        return str(columns[0].url)
    return safe_back(request, description)


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts[:MAX_ASKED] if text.isdecimal() and len(text) < 19]


def _read(request: HttpRequest, prefix: str) -> dict[str, int]:
    """Numbers of the form's fields that begin so, by the rest of their name."""
    found = {}
    for key in request.POST:
        value = request.POST.get(key, "")
        if key.startswith(prefix) and value.isdecimal() and len(value) < 19:
            found[key.removeprefix(prefix)] = int(value)
    return found
