"""Automatic steps in settings."""

from django.urls import path

from shangji.automation import pages

app_name = "automation"
urlpatterns = [
    path("settings/steps/", pages.steps, name="steps"),
    path("settings/steps/new/<str:trigger>/<int:subject>/<str:kind>/", pages.new, name="new"),
    path("settings/steps/try/<str:trigger>/<int:subject>/", pages.try_out, name="try"),
    path("settings/steps/<int:pk>/", pages.edit, name="edit"),
    path("settings/steps/<int:pk>/up/", pages.shift, {"up": True}, name="up"),
    path("settings/steps/<int:pk>/down/", pages.shift, {"up": False}, name="down"),
    path("settings/steps/<int:pk>/on/", pages.switch, {"on": True}, name="on"),
    path("settings/steps/<int:pk>/off/", pages.switch, {"on": False}, name="off"),
    path("settings/steps/<int:pk>/delete/", pages.delete, name="delete"),
]
