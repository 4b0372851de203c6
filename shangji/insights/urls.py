"""Today at /, reports under /insights/."""

from django.urls import path

from shangji.insights.pages import results

app_name = "insights"
urlpatterns = [
    path("insights/", results.page, name="results"),
]
