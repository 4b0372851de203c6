"""Addresses of every described record type."""

from django.urls import URLPattern

app_name = "records"
urlpatterns: list[URLPattern] = []
