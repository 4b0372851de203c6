"""/pool/"""

from django.urls import path

from shangji.phases.identify import pages

app_name = "identify"
urlpatterns = [
    path("pool/", pages.pool_page, name="pool"),
    path("pool/claim/", pages.claim, name="claim"),
    path("pool/return/<int:pk>/", pages.give_back, name="return"),
]
