"""The search page, and what the palette shows while somebody types."""

import json
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.search import queries, spelling
from shangji.foundation.search.actions import remember_visit, toggle_pin
from shangji.foundation.search.index import searchable
from shangji.foundation.search.rules import MAX_QUERY, say
from shangji.lib.errors import NotFound
from shangji.ui.commands import commands_for

EACH = 5
ONE_TYPE = 50
SUGGESTIONS = 8
#: labels of a page whose sound is asked for
MOST_LABELS = 80


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

    def find(words: str) -> list[queries.Group]:
        return queries.search_groups(request.actor, words, each=each, only=record_type)

    groups = find(text)
    few = sum(group.count for group in groups) < spelling.FEW
    meant, similar = (few and spelling.meant(text, find)) or ("", [])
    others = _others(similar, groups) if groups else []
    if groups and not others:
        meant = ""  # as it was typed it found the same
    asked = text if groups or not meant else meant
    groups = groups or similar
    context = {
        "text": text,
        "search_text": text,
        "asked": asked,
        "meant": meant,
        "groups": groups,
        "shown": [group for group in groups if record_type in {"", group.record_type}],
        "similar": others,
    }
    if not text.strip():
        context |= _kept(request)
    return render(request, "search/results.html", context | {"record_type": record_type})


@login_required
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the palette by type: the nearest records; of nothing, pinned and opened last."""
    text = _text(request).strip()
    if not text:
        return render(request, "search/kept.html", _kept(request))

    def find(words: str) -> list[queries.Hit]:
        return queries.search(request.actor, words, limit=SUGGESTIONS)

    hits, meant = find(text), ""
    if not hits:
        meant, hits = spelling.meant(text, find) or ("", [])
    # types in the order of their nearest hit
    order = {hit.label: place for place, hit in reversed(list(enumerate(hits)))}
    ordered = sorted(hits, key=lambda hit: order[hit.label])
    sections = [(label, list(some)) for label, some in groupby(ordered, lambda hit: hit.label)]
    context = {"text": text, "sections": sections, "hits": hits, "meant": meant}
    return render(request, "search/suggest.html", context)


def _others(similar: list[queries.Group], groups: list[queries.Group]) -> list[queries.Hit]:
    """Hits of similar words that are none of the exact ones."""
    exact = {(hit.record_type, hit.record_id) for group in groups for hit in group.hits}
    hits = [hit for group in similar for hit in group.hits]
    return [hit for hit in hits if (hit.record_type, hit.record_id) not in exact]


def _kept(request: HttpRequest) -> dict[str, list[queries.Hit]]:
    """What the reader pinned, and what was opened last beside it."""
    pinned = queries.pinned_records(request.actor)
    known = {(hit.record_type, hit.record_id) for hit in pinned}
    recent = queries.recent_records(request.actor, limit=SUGGESTIONS + len(pinned))
    others = [hit for hit in recent if (hit.record_type, hit.record_id) not in known]
    return {"pinned": pinned, "recent": others[:SUGGESTIONS]}


@login_required
@require_GET
def commands(request: HttpRequest) -> HttpResponse:
    """What the palette can do for the reader, and how the labels of the page (`l`) sound: by
    these a command is found in pinyin and by initials, and by its words in the other language."""
    labels = [label[:80] for label in request.GET.getlist("l")[:MOST_LABELS]]
    told = commands_for(request.actor)
    here = get_language() or "en"
    with override("en" if here.startswith("zh") else "zh-hans"):
        also = commands_for(request.actor)
    found = [
        {
            "label": one.label,
            "url": one.url,
            "icon": one.icon,
            "dialog": one.dialog,
            "say": " ".join([say(one.label), other.label.lower(), say(other.label)]).strip(),
        }
        for one, other in zip(told, also, strict=True)
    ]
    return JsonResponse({"commands": found, "say": {label: say(label) for label in labels}})


@login_required
@require_POST
def visit(request: HttpRequest, record_type: str, pk: int) -> HttpResponse:
    """The page of a record tells that it was opened: reading it (GET) changes nothing."""
    kind = searchable(record_type)
    if kind is None or not kind.show(request.actor, [pk]):
        raise NotFound
    remember_visit(actor=request.actor, record_type=record_type, record_id=pk, now=timezone.now())
    return HttpResponse(status=204)


@login_required
@require_POST
def pin(request: HttpRequest, record_type: str, pk: int) -> HttpResponse:
    """Pin a record to the top of the search, or take it off."""
    is_pinned = toggle_pin(
        actor=request.actor, record_type=record_type, record_id=pk, now=timezone.now()
    )
    text = _("Pinned to the top of the search") if is_pinned else _("No longer pinned")
    if request.headers.get("HX-Request"):
        return HttpResponse(
            status=204, headers={"HX-Trigger": json.dumps({"sj:toast": {"message": text}})}
        )
    messages.success(request, text)
    kind = searchable(record_type)
    return redirect(kind.url(pk) if kind is not None else "search:search")
