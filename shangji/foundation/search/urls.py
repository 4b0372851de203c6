"""/search/"""

from django.urls import path

from shangji.foundation.search import pages

app_name = "search"
urlpatterns = [
    path("search/", pages.results, name="search"),
    path("search/suggest", pages.suggest, name="suggest"),
    path("search/commands", pages.commands, name="commands"),
    path("search/visit/<str:record_type>/<int:pk>/", pages.visit, name="visit"),
    path("search/pin/<str:record_type>/<int:pk>/", pages.pin, name="pin"),
]
