"""What hangs on a product."""

from django.urls import path

from shangji.core.products import pages

app_name = "products"
urlpatterns = [path("products/<int:pk>/prices/", pages.prices, name="prices")]
