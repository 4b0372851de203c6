"""The search page, and what the palette shows while somebody types."""

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shangji.foundation.search import queries
from shangji.foundation.search.rules import MAX_QUERY

EACH = 5
ONE_TYPE = 50
SUGGESTIONS = 8


def _text(request: HttpRequest) -> str:
    """What was typed, cut before anything looks at it; NUL and lone surrogates are no text."""
    text = request.GET.get("q", "")[:MAX_QUERY].replace("\x00", "")
    return text.encode("utf-8", "ignore").decode()


@login_required
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """Hits grouped by type; with `type` those of one type, more of them."""
    text, record_type = _text(request), request.GET.get("type", "")[:40]
    each = ONE_TYPE if record_type else EACH
    groups = queries.search_groups(request.actor, text, each=each, only=record_type)
    shown = [group for group in groups if record_type in {"", group.record_type}]
    context = {"text": text, "search_text": text, "groups": groups, "shown": shown}
    return render(request, "search/results.html", context | {"record_type": record_type})


@login_required
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the palette by type: the nearest records, or those opened last."""
    text = _text(request).strip()
    if text:
        hits = queries.search(request.actor, text, limit=SUGGESTIONS)
    else:
        hits = queries.recent_records(request.actor, limit=SUGGESTIONS)
    # types in the order of their nearest hit
    order = {hit.label: place for place, hit in reversed(list(enumerate(hits)))}
    ordered = sorted(hits, key=lambda hit: order[hit.label])
    sections = [(label, list(some)) for label, some in groupby(ordered, lambda hit: hit.label)]
    context = {"text": text, "sections": sections, "hits": hits}
    return render(request, "search/suggest.html", context)
