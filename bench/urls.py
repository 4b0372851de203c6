"""All addresses of the product, and the bare views beside them."""

from django.urls import path

from bench import bare
from shangji.config import urls

urlpatterns = [
    path("bare/list/", bare.json_list),
    path("bare/orjson/", bare.orjson_list),
    path("bare/insert/", bare.insert),
    path("bare/update/", bare.update),
    *urls.urlpatterns,
]
handler404 = urls.handler404
