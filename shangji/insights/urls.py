"""Today at /, reports under /insights/."""

from django.urls import path

from shangji.insights.pages import results, today

app_name = "insights"
urlpatterns = [
    path("", today.page, name="today"),
    path("queue/later/", today.put_off, name="later"),
    path("queue/back/", today.take_back, name="back"),
    path("insights/", results.page, name="results"),
]
