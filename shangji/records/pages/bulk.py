"""Bulk verbs: ask for the value, show what would happen, do it as one operation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import Invalid, NotFound
from shangji.records.actions.bulk import (
    JOB_ABOVE,
    BulkResult,
    bulk_delete,
    bulk_edit,
)
from shangji.records.change import BulkChange, read_change, read_seen, sent_text
from shangji.records.chosen import chosen_rows
from shangji.records.conditions import Node, read_nodes
from shangji.records.description import RecordDescription
from shangji.records.differences import differences, standing_values
from shangji.records.forms import KindField, RecordForm
from shangji.records.kinds import File
from shangji.records.pages.answers import actor_of, done, of_type, say

VERBS = ("edit", "assign", "tag", "delete")
#: wider changes are shown before they are done
PREVIEW_ABOVE = 20
SAMPLE = 10


@of_type
@require_POST
def bulk(request: HttpRequest, description: RecordDescription, verb: str) -> HttpResponse:
    """One bulk verb over `ids`, or with `all=1` over the rows of the list's `f`.

    First post: the form. With `go=1`: more than 20 rows show what would happen; then `sure=1`.
    A deletion says which rows in its form.
    """
    actor = actor_of(request)
    if verb not in VERBS:
        raise NotFound(_("There is no such action."))
    require_type(actor, "edit" if verb == "tag" else verb, description.type)
    ids, conditions = read_choice(request)
    rows = chosen_rows(actor, description, ids=ids, conditions=conditions)
    permitted = rows.permitted(actor, "edit" if verb == "tag" else verb)
    count, allowed = rows.count(), permitted.count()
    back = safe_back(request, description)
    if count == 0:
        return done(request, _("Nothing is selected"), back, tone="bad")
    context = {
        "description": description,
        "verb_key": verb,
        "count": count,
        "allowed": allowed,
        "left": count - allowed,
        "hidden": _hidden(ids, conditions),
        "back": back,
        "keys": _keys(description, actor),
        "title": _title(verb, allowed),
    }
    errors: list[str] = []
    change: BulkChange | None = None
    if request.POST.get("go"):
        try:
            change = read_change(description, actor, verb, request.POST)
        except Invalid as problem:
            errors = [text for texts in problem.errors.values() for text in texts]
    # what goes to the bin was named by the form
    wide = allowed > PREVIEW_ABOVE and verb != "delete" and not request.POST.get("sure")
    if change is None:
        context |= _value_form(description, actor, verb, request, permitted)
        context["errors"] = errors
        return render(request, "records/bulk.html", context, status=400 if errors else 200)
    if wide:
        sample = permitted.order_by("pk")[:SAMPLE]
        shown = differences(description, actor, change, sample, timezone.now())
        context |= {"preview": shown, "change": change.words}
        context["sent"] = [(key, text) for key, texts in _sent(request, change) for text in texts]
        return render(request, "records/bulk.html", context)
    if allowed > JOB_ABOVE:
        enqueue(
            "records.bulk",
            params={
                "record_type": description.type,
                "verb": verb,
                "ids": ids,
                "conditions": [one.text for one in conditions or ()],
                "posted": {**dict(_sent(request, change)), "seen": request.POST.getlist("seen")},
            },
            actor=actor,
        )
        say(request, _("%(n)s rows are being changed. You can go on working.") % {"n": allowed})
        return redirect(back)
    result = carry_out(
        actor=actor,
        description=description,
        verb=verb,
        ids=ids,
        conditions=conditions,
        change=change,
        versions=read_seen(request.POST.getlist("seen")),
        now=timezone.now(),
    )
    return done(
        request, result_words(verb, result), back, undo=result.operation_id if result.done else None
    )


def carry_out(
    *,
    actor: Actor,
    description: RecordDescription,
    verb: str,
    ids: Sequence[int] | None,
    conditions: Sequence[Node] | None,
    change: BulkChange,
    versions: Mapping[int, int],
    now: datetime,
) -> BulkResult:
    """Call the action of a verb."""
    common: dict[str, Any] = {
        "actor": actor,
        "record_type": description.type,
        "ids": ids,
        "conditions": conditions,
        "now": now,
    }
    if verb == "delete":
        return bulk_delete(**common)
    return bulk_edit(
        values=change.values,
        add_tags=change.add,
        drop_tags=change.drop,
        versions=versions,
        **common,
    )


def read_choice(request: HttpRequest) -> tuple[list[int] | None, tuple[Node, ...] | None]:
    """Which rows: ids, or the conditions of the list for "all"."""
    if request.POST.get("all"):
        return None, read_nodes([text for text in request.POST.getlist("f") if text])
    texts = request.POST.getlist("ids")
    ids = [int(text) for text in texts if text.isdecimal() and len(text) < 19]
    return ids, None


def result_words(verb: str, result: BulkResult) -> str:
    """What was done, and how many rows were left for want of rights or for another reason."""
    text = {
        "delete": ngettext(
            "%(n)s row is in the recycle bin", "%(n)s rows are in the recycle bin", result.done
        ),
    }.get(verb, ngettext("%(n)s row changed", "%(n)s rows changed", result.done))
    parts = [text % {"n": result.done}]
    if result.unchanged:
        parts.append(_("%(n)s had it already") % {"n": result.unchanged})
    if result.left:
        parts.append(_("%(n)s left, you may not change them") % {"n": result.left})
    if result.refused:
        reason = result.refused[0][1]
        parts.append(_("%(n)s left: %(reason)s") % {"n": len(result.refused), "reason": reason})
    return " · ".join(parts)


def safe_back(request: HttpRequest, description: RecordDescription) -> str:
    """Back to the list or board as it was: an address of ours."""
    asked = request.POST.get("back", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None):
        return asked
    url = reverse("records:list", kwargs={"slug": description.slug})
    given = request.headers.get("Referer", "")
    path = given.split("://", 1)[-1]
    path = "/" + path.split("/", 1)[1] if "://" in given and "/" in path else given
    return path if path == url or path.startswith(f"{url}?") else url


def _keys(description: RecordDescription, actor: Actor) -> list[dict[str, Any]]:
    """Fields that one value can be set in for many rows."""
    own = {description.title, "tags"}  # tags are put on and taken off by a verb of their own
    return [
        {"key": one.key, "label": one.label}
        for one in description.writable_fields(actor)
        if one.key not in own and one.kind.in_bulk
    ]


def _value_form(
    description: RecordDescription,
    actor: Actor,
    verb: str,
    request: HttpRequest,
    rows: QuerySet[Any],
) -> dict[str, Any]:
    """The input for the value, once the field is known; beside it what few rows have now."""
    if verb == "delete":
        gone = read_change(description, actor, verb, request.POST)
        sample = rows.order_by("pk")[:SAMPLE]
        return {"going": differences(description, actor, gone, sample, timezone.now())}
    key = {"assign": "owner", "tag": ""}.get(verb, request.POST.get("field", ""))
    if not key:
        shown = description.writable_fields(actor)
        return {"field": None, "has_files": any(isinstance(one.kind, File) for one in shown)}
    one = description.writable_field(key, actor)
    data = {key: sent_text(one, request.POST)} if request.POST.get("go") else None
    form = RecordForm(description, actor, [key], data=data)
    field = form[key]
    assert isinstance(field.field, KindField)
    field.html_name = "value"
    few = list(rows.values_list("pk", flat=True)[: PREVIEW_ABOVE + 1])
    if len(few) > PREVIEW_ABOVE:
        return {"field": one, "bound": field}  # they are shown before anything is done
    now = standing_values(description, actor, one, rows.order_by("pk"), timezone.now())
    return {"field": one, "bound": field, "now": now}


def _hidden(ids: Sequence[int] | None, conditions: Sequence[Node] | None) -> list[tuple[str, str]]:
    if ids is None:
        return [("all", "1"), *(("f", one.text) for one in conditions or ())]
    return [("ids", str(pk)) for pk in ids]


def _sent(request: HttpRequest, change: BulkChange) -> list[tuple[str, list[str]]]:
    """What `read_change` reads to the same change again."""
    rest = ("field", "drop")
    return [("value", [change.sent]), *((key, request.POST.getlist(key)) for key in rest)]


def _title(verb: str, count: int) -> str:
    texts = {
        "edit": ngettext("Edit %(n)s row", "Edit %(n)s rows", count),
        "assign": ngettext(
            "Change the owner of %(n)s row", "Change the owner of %(n)s rows", count
        ),
        "tag": ngettext("Tag %(n)s row", "Tag %(n)s rows", count),
        "delete": ngettext("Delete %(n)s row", "Delete %(n)s rows", count),
    }
    return texts[verb] % {"n": f"{count:,}"}
