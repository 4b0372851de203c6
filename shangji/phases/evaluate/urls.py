"""/evaluate/ for the phase, /opportunities/<pk>/evaluate/ for one opportunity."""

from django.urls import URLPattern

app_name = "evaluate"
urlpatterns: list[URLPattern] = []
