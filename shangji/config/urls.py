"""Every address of the product, in one place."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from shangji.config import health, pages
from shangji.lib.later import Later

# loaded with the first request of a program for one of them (see config/api)
API = (
    Later("api/v1/", "shangji.config.api.plain", "api-plain"),
    Later("api/v1/", "shangji.config.api.whole", "api"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("language/", pages.set_language, name="set_language"),
    path("theme/", pages.set_theme, name="set_theme"),
    *API,
    path("account/", include("shangji.foundation.people.sign_in_urls")),
    path("", include("shangji.foundation.people.urls")),
    # every app adds its own line here, most particular first; records last
    path("", include("shangji.ui.urls")),
    path("", include("shangji.foundation.mail.urls")),
    path("", include("shangji.foundation.jobs.urls")),
    path("", include("shangji.foundation.files.urls")),
    path("", include("shangji.foundation.search.urls")),
    path("", include("shangji.foundation.notices.urls")),
    path("", include("shangji.automation.urls")),
    path("", include("shangji.core.opportunities.urls")),
    path("", include("shangji.core.activities.urls")),
    path("", include("shangji.phases.identify.urls")),
    path("", include("shangji.phases.evaluate.urls")),
    path("", include("shangji.insights.urls")),
    path("", include("shangji.core.contacts.urls")),
    path("", include("shangji.core.products.urls")),
    path("", include("shangji.records.urls")),
]
if settings.METRICS:
    # brings the library of Prometheus with it
    from shangji.config.metrics import metrics

    urlpatterns.append(path("metrics", metrics, name="metrics"))

handler400 = "shangji.config.errors.bad_request"
handler403 = "shangji.config.errors.forbidden"
handler404 = "shangji.config.errors.not_found"
handler429 = "shangji.config.errors.too_many"  # allauth asks for it
handler500 = "shangji.config.errors.server_error"
