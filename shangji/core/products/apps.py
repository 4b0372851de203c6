from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductsConfig(AppConfig):
    name = "shangji.core.products"
    label = "products"

    def ready(self) -> None:
        from shangji.core.products.actions import UndoPrices
        from shangji.core.products.models import Product
        from shangji.core.products.pages import may_see_prices, prices_panel
        from shangji.core.products.queries import told_prices
        from shangji.core.products.record import PRODUCT
        from shangji.foundation.audit.registry import track, undo_by
        from shangji.foundation.audit.words import Noted, name_notes
        from shangji.records.description import register
        from shangji.records.panels import Panel, add_panel
        from shangji.records.searching import make_searchable
        from shangji.ui.settings_nav import add_settings_page

        track(Product)
        undo_by("prices", UndoPrices())
        label = _("Prices in other currencies")
        name_notes("product", {"prices": Noted(label, told_prices, field="price")})
        add_panel(
            "product",
            Panel(
                "prices",
                label,
                "products/_sheet.html",
                prices_panel,
                slot="aside",
                right=may_see_prices,
            ),
        )
        add_settings_page(
            "products",
            PRODUCT.plural,
            icon="package",
            url_name="records:list",
            args=("products",),
            group="records",
            order=95,
        )
        register(PRODUCT)
        make_searchable(PRODUCT, body=("code", "series", "description"))
