"""The working calendar in settings: week, hours, single days, and the year they make."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangji.foundation.people.actions.workspace import (
    delete_calendar_day,
    edit_calendar,
    set_calendar_day,
)
from shangji.foundation.people.forms.workspace import CalendarForm, DayForm
from shangji.foundation.people.pages.answers import (
    actor_of,
    answer,
    carried_out,
    done,
    with_right,
)
from shangji.foundation.workspace.models import CalendarDay, Workspace
from shangji.foundation.workspace.queries import current_workspace, today, working_calendar
from shangji.foundation.workspace.year import year_view

RIGHT = "settings.workspace"


@with_right(RIGHT)
def calendar(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = CalendarForm(request.POST or None, row=_workspace())
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: edit_calendar(actor=actor, **values)):
            return done(request, _("The working calendar was changed."), "people:calendar")
    return _page(request, form, DayForm())


@with_right(RIGHT)
@require_POST
def day_set(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = DayForm(request.POST)
    if form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: set_calendar_day(actor=actor, **values)):
            return done(request, _("The working calendar was changed."), "people:calendar")
    return _page(request, CalendarForm(row=_workspace()), form)


@with_right(RIGHT)
@require_POST
def day_delete(request: HttpRequest, on: str) -> HttpResponse:
    delete_calendar_day(actor=actor_of(request), on=_day(on), now=timezone.now())
    return done(request, _("The working calendar was changed."), "people:calendar")


def _page(request: HttpRequest, form: CalendarForm, day_form: DayForm) -> HttpResponse:
    now = today()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked[:9]) <= 2100 else now.year
    book = working_calendar()
    context = {
        "settings_page": "calendar",
        "calendar_form": form,
        "day_form": day_form,
        "days": CalendarDay.objects.filter(on__year=year),
        "year": year,
        "months": year_view(book, year, now),
        "years": [(each, book.is_known(each)) for each in range(now.year - 1, now.year + 3)],
        "known": book.is_known(year),
        "country": current_workspace().country,
    }
    sent = day_form if day_form.is_bound else form
    return answer(request, "people/calendar.html", sent, context)


def _workspace() -> Workspace:
    return Workspace.objects.get(pk=current_workspace().pk)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
