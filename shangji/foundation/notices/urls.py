"""/notices/"""

from django.urls import path

from shangji.foundation.notices import pages

app_name = "notices"
urlpatterns = [
    path("notices/", pages.notice_list, name="list"),
    path("notices/menu/", pages.menu, name="menu"),
    path("notices/read-all/", pages.read_all, name="read_all"),
    path("notices/<int:pk>/open/", pages.open_notice, name="open"),
    path("notices/<int:pk>/read/", pages.read, name="read"),
]
