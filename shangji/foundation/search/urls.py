"""/search/"""

from django.urls import path

from shangji.foundation.search import pages

app_name = "search"
urlpatterns = [
    path("search/", pages.results, name="search"),
    path("search/suggest", pages.suggest, name="suggest"),
]
