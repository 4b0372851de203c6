"""Next steps and activities."""

from django.urls import path

from shangji.core.activities import pages

app_name = "activities"
urlpatterns = [
    path("opportunities/<int:pk>/step/done/", pages.step_done, name="step_done"),
    path("opportunities/<int:pk>/step/remedy/", pages.remedy, name="remedy"),
    path("activities/log/<str:record_type>/<int:pk>/", pages.log, name="log"),
    path("activities/older/<str:record_type>/<int:pk>/", pages.older, name="older"),
    path("activities/<int:pk>/done/", pages.done, name="done"),
    path("activities/<int:pk>/reopen/", pages.reopen, name="reopen"),
]
