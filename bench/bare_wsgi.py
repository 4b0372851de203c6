"""A bare Django with one page of fifty rows, served beside the product for comparison."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare_settings"

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

application = get_wsgi_application()

_PAGE = (
    "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}{% endfor %}{% endfor %}"
)


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def page(request: HttpRequest) -> HttpResponse:
    """Fifty rows through the database and a template."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)"
            " SELECT i, 'Name ' || i, i * 1000, 'CNY' FROM n"
        )
        rows = cursor.fetchall()
    return HttpResponse(engines["django"].from_string(_PAGE).render({"rows": rows}, request))


urlpatterns = [path("healthz", health), path("page/", page)]
