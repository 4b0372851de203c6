"""The calendar: a month or a week of what somebody has to do, and its private feed."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shangji.core.activities.queries.calendar import Entry, entries, may_see_team, people_shown
from shangji.core.activities.queries.feed import calendar_file
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.actions.feed import end_feed, make_feed
from shangji.foundation.people.queries import feed_owner
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.values import dataclass
from shangji.records.listing.days import (
    around,
    days_of,
    kind_of_day,
    read_day,
    span_of,
    split,
)
from shangji.records.pages.answers import actor_of

#: entries a day of the month view shows before "more"
SHOWN = 4


@dataclass(frozen=True)
class Cell:
    """One day. `mark` is work (a weekend day worked) or rest (a weekday off), else empty."""

    on: date
    is_today: bool
    is_other: bool
    is_rest: bool
    #: over, and nothing in it is late: an agenda leaves it out
    is_over: bool
    mark: str
    items: list[Entry]
    more: int


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    day = today(now=now)
    on = read_day(request.GET.get("on", ""), day)
    view = "week" if request.GET.get("view") == "week" else "month"
    team = request.GET.get("who") == "team" and may_see_team(actor)
    first, last = span_of(view, on)
    found = entries(actor, first, last, owners=people_shown(actor, team=team), now=now)
    days = days_of(first, last)
    back, forward = around(view, on)

    def url(**changed: str) -> str:
        kept = {"view": view, "on": on.isoformat(), "who": "team" if team else ""} | changed
        return "?" + urlencode({key: value for key, value in kept.items() if value})

    context = {
        "cells": [_cell(one, on, day, found.get(one, []), view) for one in days],
        "view": view,
        "team": team,
        "may_see_team": may_see_team(actor),
        "may_add": actor.may("create", "activity"),
        "on": on,
        "first": first,
        "last": last,
        "heads": days[:7],
        "back_url": url(on=back.isoformat()),
        "forward_url": url(on=forward.isoformat()),
        "today_url": url(on=day.isoformat()),
        "month_url": url(view="month"),
        "week_url": url(view="week"),
        "me_url": url(who=""),
        "team_url": url(who="team"),
        "new_url": reverse("records:new", kwargs={"slug": "activities"}),
        "counts": _counts(found),
        "here": request.get_full_path(),
    }
    return render(request, "activities/calendar.html", context)


def _counts(found: dict[date, list[Entry]]) -> dict[str, int]:
    rows = [one for items in found.values() for one in items]
    return {
        "all": len(rows),
        "done": sum(one.is_done for one in rows),
        "late": sum(one.is_late for one in rows),
    }


def _cell(one: date, on: date, day: date, items: list[Entry], view: str) -> Cell:
    kind = kind_of_day(working_calendar(), one)
    shown = items if view == "week" else items[: split(len(items), SHOWN)]
    return Cell(
        on=one,
        is_today=one == day,
        is_other=view == "month" and one.month != on.month,
        is_rest=kind.is_rest,
        is_over=view == "month"
        and one < day
        and (on.year, on.month) == (day.year, day.month)
        and not any(item.is_late for item in items),
        mark=kind.mark,
        items=shown,
        more=len(items) - len(shown),
    )


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def feed_page(request: HttpRequest) -> HttpResponse:
    """Make the private address anew, shown this once, or end it."""
    actor, now = actor_of(request), timezone.now()
    address, ended = "", False
    if request.method == "POST":
        if request.POST.get("what") == "end":
            end_feed(actor=actor, now=now)
            ended = True
        else:
            token = make_feed(actor=actor, now=now)
            path = reverse("activities:feed", kwargs={"token": token})
            address = request.build_absolute_uri(path)
    person: Any = actor.user
    person.refresh_from_db(fields=["feed_key"])
    context = {"address": address, "ended": ended, "has_feed": bool(person.feed_key)}
    return render(request, "activities/feed.html", context)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a person has to do, for a calendar program; the address is the key."""
    person = feed_owner(token)
    if person is None:
        raise Http404
    now = timezone.now()
    actor = Actor(person, "api")
    base = request.build_absolute_uri("/").rstrip("/")
    with translation.override(person.language or translation.get_language()):
        body = calendar_file(actor, now=now, base_url=base)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    response["Content-Disposition"] = 'inline; filename="shangji.ics"'
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
