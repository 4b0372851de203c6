"""/evaluate/ for the phase, /opportunities/<pk>/evaluate/ for one opportunity."""

from django.urls import path

from shangji.phases.evaluate.pages import risk, work

app_name = "evaluate"
_OF = "opportunities/<int:pk>/evaluate/"
urlpatterns = [
    path("evaluate/queue/", work.queue, name="queue"),
    path("settings/order-of-work/", work.settings, name="work_settings"),
    path("evaluate/risks/", risk.risks, name="risks"),
    path("risks/<int:pk>/review/", risk.review, name="risk_review"),
    path("risks/<int:pk>/close/", risk.close, name="risk_close"),
    path("risks/<int:pk>/reopen/", risk.reopen, name="risk_reopen"),
    path(f"{_OF}risks/", risk.risks_of, name="risks_of"),
]
