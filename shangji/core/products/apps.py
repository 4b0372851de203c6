from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "shangji.core.products"
    label = "products"
