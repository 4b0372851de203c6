"""Next steps and activities."""

from django.urls import path

from shangji.core.activities import pages

app_name = "activities"
urlpatterns = [
    path("opportunities/<int:pk>/step/done/", pages.step_done, name="step_done"),
    path("opportunities/<int:pk>/step/remedy/", pages.remedy, name="remedy"),
    path("activities/<int:pk>/done/", pages.done, name="done"),
    path("activities/<int:pk>/reopen/", pages.reopen, name="reopen"),
]
