"""The least a Django view can do with the same rows: what ratios are measured against."""

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from shangji.core.opportunities.models import Opportunity


def json_list(request: HttpRequest) -> HttpResponse:
    """Fifty rows of one owner, filtered and sorted, as JSON: no rights, no page."""
    rows = Opportunity.objects.filter(
        owner_id=int(request.GET["owner"]), status="open", deleted_at=None
    ).order_by("-amount", "-id")[:50]
    return JsonResponse(
        {
            "rows": list(
                rows.values(
                    "id",
                    "name",
                    "account__name",
                    "stage_id",
                    "amount",
                    "currency",
                    "probability",
                    "expected_close_on",
                    "next_step",
                    "next_step_on",
                    "last_contact_at",
                )
            )
        }
    )


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """One committed row in a table without rules, measured inside the server."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_plain (name, amount) VALUES (%s, %s)", ["x", 1])
    return HttpResponse("ok")


@csrf_exempt
def update(request: HttpRequest) -> HttpResponse:
    """One committed change of one row."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE bench_plain SET amount = amount + 1 WHERE id = 1")
    return HttpResponse("ok")


def orjson_list(request: HttpRequest) -> HttpResponse:
    """The same rows as `json_list`, by the quickest writer of JSON."""
    rows = Opportunity.objects.filter(
        owner_id=int(request.GET["owner"]), status="open", deleted_at=None
    ).order_by("-amount", "-id")[:50]
    found = list(
        rows.values(
            "id",
            "name",
            "account__name",
            "stage_id",
            "amount",
            "currency",
            "probability",
            "expected_close_on",
            "next_step",
            "next_step_on",
            "last_contact_at",
        )
    )
    return HttpResponse(orjson.dumps({"rows": found}, default=str), content_type="application/json")
