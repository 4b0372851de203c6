"""Undo, the recycle bin, the audit log."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.actions import UndoReport
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.audit.queries import next_to_undo
from shangji.foundation.people.actions.preferences import set_preferences
from shangji.lib.errors import NotFound
from shangji.records import audit_log, bin_list
from shangji.records.actions.bin import KEEP_DAYS
from shangji.records.actions.bulk import bulk_restore
from shangji.records.description import by_type, descriptions
from shangji.records.imports.models import Import
from shangji.records.imports.undoing import undo_any
from shangji.records.listing.state import read_page
from shangji.records.pages.answers import actor_of, done, safe_next, say, toasted


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one operation; 404 for somebody else's, whatever its number."""
    actor = actor_of(request)
    target = Operation.objects.filter(pk=pk).first()
    if target is None or not (target.actor_id == actor.user_id or actor.can("audit.undo_all")):
        raise NotFound(_("Not here, or not yours to see."))
    report, run = undo_any(actor=actor, target=target, now=timezone.now())
    return _undone(request, target, report, run)


@login_required
@require_POST
def undo_last(request: HttpRequest) -> HttpResponse:
    """Key Z: the actor's newest operation that can be undone."""
    actor = actor_of(request)
    target = next_to_undo(actor)
    if target is None:
        return done(request, _("There is nothing to undo"), safe_next(request, "/"), tone="bad")
    report, run = undo_any(actor=actor, target=target, now=timezone.now())
    return _undone(request, target, report, run)


def _undone(
    request: HttpRequest, target: Operation, report: UndoReport, run: Import | None
) -> HttpResponse:
    """A toast when all went back; a page of its own that lists what could not, or shows how far a
    long import is."""
    if run is not None and run.state == Import.State.UNDOING:
        to = reverse("records:import_page", kwargs={"pk": run.pk})
        return done(request, _("The import is being taken back."), to)
    text = ngettext("%(n)s record set back", "%(n)s records set back", report.restored)
    text = text % {"n": report.restored}
    if report.left:
        text = _("%(done)s, %(n)s left") % {"done": text, "n": report.left_count}
        to = reverse("records:undo_report", kwargs={"pk": report.operation_id})
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": to})
        return done(request, text, to)
    here = safe_next(request, urlsplit(request.headers.get("HX-Current-URL", "")).path or "/")
    back = _still_there(target, here)
    if request.headers.get("HX-Request") and back == here:
        say(request, text)
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return done(request, text, back)


def _still_there(target: Operation, here: str) -> str:
    """The page somebody was on; the list instead when it was of a record that the undo unmade."""
    made = Change.objects.filter(operation=target, kind=Change.CREATED)
    for record_type, pk in made.values_list("record_type", "record_id")[:100]:
        description = by_type(record_type)
        if description is not None and here.startswith(f"/{description.slug}/{pk}/"):
            return reverse("records:list", kwargs={"slug": description.slug})
    return here


@login_required
@require_GET
def undo_report(request: HttpRequest, pk: int) -> HttpResponse:
    """What an undo had to leave, and why."""
    actor = actor_of(request)
    row = Operation.objects.filter(pk=pk, undo_report__isnull=False).first()
    if row is None or not (row.actor_id == actor.user_id or actor.can("audit.read")):
        raise NotFound(_("Not here, or not yours to see."))
    left = audit_log.explain_left(actor, row.undo_report or [])
    return render(request, "records/undo_report.html", {"operation": row, "left": left})


@login_required
@require_GET
def recycle_bin(request: HttpRequest) -> HttpResponse:
    """What the actor may see in the bin, newest first, by type; searched by name."""
    actor = actor_of(request)
    chosen = by_type(request.GET.get("type", ""))
    words = request.GET.get("q", "")[:100]
    types = [one for one in descriptions() if actor.may("delete", one.type)]
    rows = bin_list.rows(actor, [chosen] if chosen in types and chosen else types, words)
    pages = Paginator(rows, 50)
    page = pages.get_page(min(read_page(request.GET.get("page", "")), 200))
    context = {
        "settings_page": "bin",
        "page": page,
        "types": types,
        "chosen": chosen,
        "q": words,
        "days": KEEP_DAYS,
        "pager": _pager(request, page),
    }
    return render(request, "records/bin.html", context)


@login_required
@require_POST
def bin_restore(request: HttpRequest) -> HttpResponse:
    """Restore ticked rows: `rows` as `type:id`; one operation a type."""
    actor = actor_of(request)
    chosen: dict[str, list[int]] = {}
    for text in request.POST.getlist("rows")[:500]:
        key, _colon, number = text.partition(":")
        if by_type(key) is not None and number.isdecimal() and len(number) < 19:
            chosen.setdefault(key, []).append(int(number))
    done_count, last = 0, None
    for key, ids in chosen.items():
        result = bulk_restore(actor=actor, record_type=key, ids=ids, now=timezone.now())
        done_count += result.done
        last = result.operation_id if result.done else last
    text = ngettext("%(n)s record is back", "%(n)s records are back", done_count)
    return done(request, text % {"n": done_count}, reverse("records:bin"), undo=last)


@login_required
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Every operation, for who may read the log; by person, type and day."""
    actor = actor_of(request)
    require_right(actor, "audit.read")
    now = timezone.now()
    chosen = audit_log.read_filter(request.GET)
    number = min(read_page(request.GET.get("page", "")), 200)
    found = audit_log.page(actor, chosen, number)
    context: dict[str, Any] = {
        "settings_page": "audit",
        "lines": found.lines,
        "chosen": chosen,
        "people": audit_log.people(),
        "types": descriptions(),
        "since": (now - timedelta(days=7)).date(),
        "previous_url": _page_url(request, number - 1) if number > 1 else "",
        "next_url": _page_url(request, number + 1) if found.more else "",
    }
    return render(request, "records/audit.html", context)


@login_required
@require_GET
def audit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What one operation changed, record by record."""
    actor = actor_of(request)
    require_right(actor, "audit.read")
    row = Operation.objects.select_related("actor", "undoes").filter(pk=pk).first()
    if row is None:
        raise NotFound(_("Not here, or not yours to see."))
    context = {
        "settings_page": "audit",
        "operation": row,
        "what": audit_log.action_words(row),
        "why": audit_log.action_words(row.undoes) if row.undoes else row.reason,
        "changes": audit_log.changes_of(actor, row, timezone.now()),
    }
    return render(request, "records/audit_detail.html", context)


@login_required
@require_POST
def density(request: HttpRequest) -> HttpResponse:
    """How high rows are, for this person everywhere."""
    values = {"density": request.POST.get("density", "")}
    set_preferences(actor=actor_of(request), values=values, now=timezone.now())
    if request.headers.get("HX-Request"):
        return toasted(HttpResponse(status=204), _("Row height changed"))
    return done(request, _("Row height changed"), safe_next(request, "/"))


def _pager(request: HttpRequest, page: Any) -> dict[str, str]:
    return {
        "previous_url": _page_url(request, page.number - 1) if page.has_previous() else "",
        "next_url": _page_url(request, page.number + 1) if page.has_next() else "",
    }


def _page_url(request: HttpRequest, number: int) -> str:
    given = request.GET.copy()
    given["page"] = str(number)
    return f"?{given.urlencode()}"
