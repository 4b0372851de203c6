"""The gallery of components."""

from django.urls import path

from shangji.ui.gallery import pages

app_name = "ui"
urlpatterns = [
    path("ui/gallery/", pages.gallery, name="gallery"),
    path("ui/gallery/suggest/", pages.suggest, name="gallery-suggest"),
    path("ui/gallery/<slug:name>/", pages.gallery, name="gallery-page"),
]
