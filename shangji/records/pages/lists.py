"""The list page of a type: tabs, chips, toolbar, and the rows in the shape asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.records import saved_views
from shangji.records.description import RecordDescription
from shangji.records.first_views import ALL, FirstViews
from shangji.records.grid.queries import widths_of
from shangji.records.grid.rules import column_sizes
from shangji.records.listing.answers import drawn
from shangji.records.listing.colour_panel import colour_panel
from shangji.records.listing.counts import preset_counts
from shangji.records.listing.grouping import groupings, read_grouping
from shangji.records.listing.menus import choice_links, column_boxes, hidden_inputs
from shangji.records.listing.query import COUNT_CAP, ListQuery, query_of
from shangji.records.listing.shapes import LIST, Sight, shape_menu, shape_named
from shangji.records.listing.sort_menu import sort_menu
from shangji.records.listing.state import ListState, read_state
from shangji.records.models import SavedView
from shangji.records.pages.answers import actor_of, of_type
from shangji.records.pages.filters import filtering
from shangji.ui.addresses import address


@of_type
@require_GET
def record_list(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Rows of a type as the address asks; without an address, its first preset."""
    actor = actor_of(request)
    first = FirstViews(description, actor)
    asked = request.GET.get("view", "") if request.GET else first.opening
    base, view = saved_views.base_state(description, actor, asked)
    state = read_state(description, actor, request.GET, base)
    url = address("records:list", description.slug)
    keep = _keep(state, base)
    answer, filters = filtering(request, description, actor, state, base, url, keep)
    if answer is not None:
        return answer
    query = query_of(description, actor, state)
    views = saved_views.visible_views(description.type, actor)
    context = list_context(Sight(query, state, base, request.GET, timezone.now()), views)
    context |= {"view": view, "first": first.menu(state.view, views), **filters}
    if state.shape == LIST:
        kept = widths_of(actor, description.type, view.row if view else None)
        context["sizes"] = column_sizes([(one.key, one.width) for one in query.fields], kept)
    if request.GET.get("colours"):
        context["colour_panel"] = colour_panel(description, actor, state, base, url, keep)
    status = 400 if filters["refused"] else 200
    return render(request, "records/list.html", context, status=status)


def list_context(sight: Sight, views: list[SavedView]) -> dict[str, Any]:
    """Everything the template shows, worked out here so that it only places it."""
    query, state, base = sight.query, sight.state, sight.base
    description, actor = sight.description, sight.actor
    shape = shape_named(state.shape)
    found = drawn(shape, sight)
    later, count = "later" in found, found["sums"].count
    changed = not state.same_as(base)
    writable = {one.key for one in description.writable_fields(actor)}
    return {
        "description": description,
        "state": state,
        **found,
        **shape_menu(description, actor, state, base),
        "tabs": tabs(query, state, views, None if changed or later else count),
        "colours_url": f"{state.query(base)}&colours=1",
        "legend": sight.tints.legend if sight.tints else (),
        "keep_but_columns": hidden_inputs(_keep(state, base), "columns"),
        **(_group_menu(description, actor, state, base) if "group" in shape.tools else {}),
        **(sort_menu(description, actor, state, base) if "sort" in shape.tools else {}),
        "column_boxes": column_boxes(description, actor, state.columns)
        if "columns" in shape.tools
        else "",
        "full_query": hidden_inputs(_full(state)),
        "bulk": _bulk(description, actor),
        "may_create": description.creatable and actor.may("create", description.type),
        "may_import": description.importable and actor.may("import", description.type),
        "may_export": actor.may("export", description.type),
        "may_edit": actor.may("edit", description.type),
        "rates_url": _rates_url(actor),
        "views_label": _("Views"),
        "sharing": SavedView.SHARING,
        "may_assign": actor.may("assign", description.type) and "owner" in writable,
        "may_delete": actor.may("delete", description.type),
        "may_merge": description.merging is not None
        and actor.may("edit", description.type)
        and actor.may("delete", description.type),
        "has_tags": "tags" in writable,
        "density": getattr(actor.user, "density", "standard"),
        **({} if count or later else _empty(description, actor, state)),
        "others": _others(description),
        "export_query": state.query(base),
    }


def tabs(
    query: ListQuery, state: ListState, views: list[SavedView], current: int | None = None
) -> list[dict[str, Any]]:
    """Presets, then saved views; the first few with a count that stops early.

    Args:
        current: the count of the view that is open, when it is known.
    """
    description, actor = query.description, query.actor
    known = "" if current is None else state.view
    counts = preset_counts(description, actor, query.rollup, known)
    found = []
    for preset in description.presets:
        count = ""
        if current is not None and state.view == preset.key:
            count = f"{current:,}"
        elif (number := counts.get(preset.key)) is not None:
            count = f"{COUNT_CAP:,}+" if number > COUNT_CAP else f"{number:,}"
        found.append(
            {
                "label": preset.label,
                "url": f"?view={preset.key}",
                "count": count,
                "current": state.view == preset.key,
            }
        )
    if views and not found:  # the way back to the rows as they ship
        here = state.view in {"", ALL}
        found.append({"label": _("All"), "url": f"?view={ALL}", "count": "", "current": here})
    for view in views:
        found.append(
            {
                "label": view.name,
                "url": f"?view={view.pk}",
                "count": "",
                "current": state.view == str(view.pk),
            }
        )
    return found


def _keep(state: ListState, base: ListState) -> list[tuple[str, str]]:
    """Hidden inputs of a GET form that changes one part of the state."""
    pairs = [("view", state.view)] if state.view else []
    pairs += [("f", part.text) for part in state.conditions] or [("f", "")]
    if state.sort != base.sort:
        pairs.append(("sort", state.sort))
    if state.group != base.group:
        pairs.append(("group", state.group))
    if state.columns != base.columns:
        pairs.append(("columns", ",".join(state.columns)))
    if (state.shape, state.by) != (base.shape, base.by):
        pairs += [("shape", state.shape), ("by", state.by)]
    if state.colours != base.colours:
        pairs += [("c", rule.text) for rule in state.colours] or [("c", "")]
    if state.on:
        pairs.append(("on", state.on))
    return pairs


def _full(state: ListState) -> list[tuple[str, str]]:
    """The whole state as form fields: for a saved view, bulk verbs over all rows, export."""
    pairs = [("f", part.text) for part in state.conditions]
    pairs += [("sort", state.sort), ("group", state.group), ("columns", ",".join(state.columns))]
    pairs += [("shape", state.shape), ("by", state.by)]
    pairs += [("c", rule.text) for rule in state.colours]
    return pairs


def _group_menu(
    description: RecordDescription, actor: Actor, state: ListState, base: ListState
) -> dict[str, Any]:
    """The menu of groupings, and the name of the one in use."""
    found = groupings(description, actor)
    here = read_grouping(description, actor, state.group) if state.group else None
    items = [("", _("No groups")), *((one.key, one.label) for one in found)]
    links = choice_links(description, items, state.query(base, group="\x02"), state.group)
    return {"group_links": links if found else "", "group_label": here.label if here else ""}


def _bulk(description: RecordDescription, actor: Actor) -> list[dict[str, Any]]:
    """Verbs of the type's app on the bulk bar; those whose address exists and the role allows."""
    found = []
    for one in description.bulk:
        if not actor.may(one.verb, description.type):
            continue
        try:
            url = address(one.url_name)
        except NoReverseMatch:
            continue
        found.append({"label": one.label, "icon": one.icon, "url": url, "hotkey": one.hotkey})
    return found


def _others(description: RecordDescription) -> dict[str, str]:
    """Pages that other apps hang beside the list: board, import, export."""
    found = {}
    for name in ("import", "export"):
        try:
            found[name] = address(f"records:{name}", description.slug)
        except NoReverseMatch:
            continue
    if description.duplicates and description.merging:
        found["duplicates"] = address("records:duplicates", description.slug)
    if description.board:
        found["board"] = address(description.board)
    return found


def _rates_url(actor: Actor) -> str:
    """Where a missing rate is added, for those who may."""
    return address("people:currencies") if actor.can("settings.workspace") else ""


def _empty(description: RecordDescription, actor: Actor, state: ListState) -> dict[str, Any]:
    """The words of a list without rows: of the type at all, or under these filters."""
    # a view that filters says nothing of a workspace where there is nothing to filter
    is_bare = not model_queryset(description.model).visible_to(actor).exists()
    if state.conditions and not is_bare:
        return {
            "filtered": True,
            "empty_title": _("Nothing fits these filters"),
            "empty_text": _("The last filter may be too narrow."),
            "empty_action": _("Drop the last filter"),
            "empty_action2": _("Reset"),
        }
    may = description.creatable and actor.may("create", description.type)
    return {
        "empty_title": _("Nothing here yet"),
        "empty_action": _("New %(name)s") % {"name": str(description.name).lower()} if may else "",
        "new_url": address("records:new", description.slug) if may else "",
        "empty_action2": _("Import") if actor.may("import", description.type) else "",
    }
