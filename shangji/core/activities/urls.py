"""Next steps and activities."""

from django.urls import path

from shangji.core.activities.pages import calendar, follow_up

app_name = "activities"
urlpatterns = [
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/feed/", calendar.feed_page, name="feed_page"),
    path("calendar/feed/<str:token>.ics", calendar.feed, name="feed"),
    path("opportunities/<int:pk>/step/done/", follow_up.step_done, name="step_done"),
    path("opportunities/<int:pk>/step/remedy/", follow_up.remedy, name="remedy"),
    path("activities/log/<str:record_type>/<int:pk>/", follow_up.log, name="log"),
    path("activities/older/<str:record_type>/<int:pk>/", follow_up.older, name="older"),
    path("activities/<int:pk>/done/", follow_up.done, name="done"),
    path("activities/<int:pk>/reopen/", follow_up.reopen, name="reopen"),
]
