from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "shangji.core.products"
    label = "products"

    def ready(self) -> None:
        from shangji.core.products.models import Product
        from shangji.core.products.record import PRODUCT
        from shangji.foundation.audit.registry import track
        from shangji.records.description import register
        from shangji.records.searching import make_searchable

        track(Product)
        register(PRODUCT)
        make_searchable(PRODUCT, body=("code", "series", "description"))
