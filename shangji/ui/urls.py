"""The gallery of components; open to all where it exists at all (debug and demo)."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from shangji.ui.gallery import pages

app_name = "ui"
urlpatterns = [
    path("ui/gallery/", login_not_required(pages.gallery), name="gallery"),
    path("ui/gallery/suggest/", login_not_required(pages.suggest), name="gallery-suggest"),
    path("ui/gallery/<slug:name>/", login_not_required(pages.gallery), name="gallery-page"),
]
