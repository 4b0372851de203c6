"""Sums of added numbers under a long list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shangji.records import saved_views
from shangji.records.description import RecordDescription
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.numbers import all_of, number_figures, number_sums
from shangji.records.listing.patience import in_time
from shangji.records.listing.query import query_of
from shangji.records.listing.state import read_state
from shangji.records.pages.answers import actor_of, of_type
from shangji.ui.addresses import address


@of_type
@require_GET
def list_numbers(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Sums over all rows of a list, asked for when its rows stand there."""
    actor = actor_of(request)
    base, _view = saved_views.base_state(description, actor, request.GET.get("view", ""))
    query = query_of(description, actor, read_state(description, actor, request.GET, base))
    formats = FormatContext.of(actor, timezone.now(), narrow=True)
    known = in_time(description.model, lambda: (number_sums(query), query.sums.count))
    if known is None:
        ask = address("records:list_answer", description.slug)
        return render(request, "records/_numbers.html", {"ask": f"{ask}?{request.GET.urlencode()}"})
    sums, rows = known
    found = number_figures(query, all_of(sums), formats, rows)
    return render(request, "records/_numbers.html", {"numbers": found})
