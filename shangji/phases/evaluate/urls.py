"""/evaluate/ for the phase, /opportunities/<pk>/evaluate/ for one opportunity."""

from django.urls import path

from shangji.phases.evaluate.pages import work

app_name = "evaluate"
urlpatterns = [
    path("evaluate/queue/", work.queue, name="queue"),
    path("settings/order-of-work/", work.settings, name="work_settings"),
]
