"""/settings/jobs/ and /jobs/<id>/"""

from django.urls import path

from shangji.foundation.jobs import pages

app_name = "jobs"
urlpatterns = [
    path("settings/jobs/", pages.overview, name="overview"),
    path("settings/jobs/<int:pk>/retry/", pages.retry, name="retry"),
    path("jobs/<int:pk>/", pages.progress, name="progress"),
    path("jobs/<int:pk>/cancel/", pages.cancel, name="cancel"),
]
