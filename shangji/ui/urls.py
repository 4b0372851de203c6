"""The gallery of components; open to all where it exists at all (debug and demo)."""

from django.urls import path

from shangji.lib.later import later

app_name = "ui"
GALLERY = later("shangji.ui.gallery.pages.gallery", public=True)
urlpatterns = [
    path("ui/gallery/", GALLERY, name="gallery"),
    path(
        "ui/gallery/suggest/",
        later("shangji.ui.gallery.pages.suggest", public=True),
        name="gallery-suggest",
    ),
    path("ui/gallery/<slug:name>/", GALLERY, name="gallery-page"),
]
