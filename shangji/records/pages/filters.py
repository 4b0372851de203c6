"""The filters over rows, on lists and boards alike: chips with their forms, the panel of groups.
Each change is an address of the page."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.records.conditions import chips
from shangji.records.conditions.editing import read_place, write_place
from shangji.records.description import RecordDescription
from shangji.records.listing.filters import chip_rows, filter_form, state_with_added
from shangji.records.listing.groups import Panel
from shangji.records.listing.menus import filter_links
from shangji.records.listing.state import ListState

#: panels over the rows: of groups inside one another, of colours
PANELS = ("edit", "colours")
Pairs = Sequence[tuple[str, str]]


def filtering(
    request: HttpRequest,
    description: RecordDescription,
    actor: Actor,
    state: ListState,
    base: ListState,
    url: str,
    keep: Pairs,
) -> tuple[HttpResponse | None, dict[str, Any]]:
    """What a form of filters asks for: on to the address with it, or the form itself; else the
    context of records/_filters.html.

    Args:
        url: of the page, without its query.
        keep: of the state, as hidden inputs of a form that changes one part of it.
    """
    refused = ""
    if request.GET.get("add"):
        try:
            changed = state_with_added(description, actor, request.GET, state)
            kept = "".join(f"&{key}=1" for key in PANELS if request.GET.get(key))
            return redirect(url + changed.query(base) + kept), {}
        except Invalid as problem:
            refused = str(problem.message)
    told = _panel(request)
    context: dict[str, Any] = {"description": description, "list_url": url}
    context["keep"] = [*keep, *told]
    asked, here = request.GET.get("filter", ""), state.query(base)
    if asked:
        more = "".join(f"&{key}={text}" for key, text in told)
        opened = filter_form(description, actor, asked, url=url, query=f"{here}{more}")
        context["opened"] = opened
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "records/_filter.html", context | {"form": opened}), {}
    if request.GET.get("edit"):
        context["panel"] = Panel(description, actor, state, base, url).box()
    shown = chips(description, actor, state.conditions)
    return None, {
        **context,
        "refused": refused,
        "chips": chip_rows(description, actor, state, base, shown),
        "filter_links": filter_links(description, actor, url, here),
        "panel_url": f"{here}&edit=1",
        "changed": not state.same_as(base),
        "reset_url": base.query(base),
        "clear_last_url": state.query(base, conditions=state.conditions[:-1]),
        "query_string": here,
        "here": request.get_full_path(),
    }


def _panel(request: HttpRequest) -> list[tuple[str, str]]:
    """What the panels say of a form: which is open, and where the filter goes."""
    found = [(key, "1") for key in PANELS if request.GET.get(key)]
    if request.GET.get("rule", "").isalnum():
        found.append(("rule", request.GET["rule"][:3]))
    for key in ("at", "put"):
        if key in request.GET:
            found.append((key, write_place(read_place(request.GET[key]))))
    if request.GET.get("join") in {"any", "all"}:
        found.append(("join", request.GET["join"]))
    return found
