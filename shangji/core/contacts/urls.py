"""What hangs on a contact."""

from django.urls import path

from shangji.core.contacts import pages

app_name = "contacts"
urlpatterns = [
    path("contacts/<int:pk>/points/<str:kind>/", pages.points, name="points"),
    path("contacts/<int:pk>/consent/", pages.consent, name="consent"),
]
