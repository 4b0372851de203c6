"""/files/"""

from django.urls import path

from shangji.foundation.files import pages

app_name = "files"
urlpatterns = [
    path("files/on/<str:record_type>/<int:record_id>/", pages.on_record, name="on"),
    path("files/<str:key>/", pages.serve, name="file"),
    path("files/<str:key>/delete/", pages.delete, name="delete"),
]
