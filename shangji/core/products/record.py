"""What the record engine may know of products."""

from django.utils.translation import gettext_lazy as _

from shangji.core.products.imports import ProductRows
from shangji.core.products.models import Product
from shangji.records.description import Field, Preset, RecordDescription
from shangji.records.kinds import Boolean, LongText, Money, Text

PRODUCT = RecordDescription(
    type="product",
    slug="products",
    model=Product,
    name=_("Product"),
    plural=_("Products"),
    icon="package",
    fields=(
        Field(
            "name",
            _("Product"),
            Text(120),
            required=True,
            create=True,
            width=260,
            also=("产品名称", "产品", "product name", "sku name"),
        ),
        Field(
            "code", _("Code"), Text(60), create=True, width=120, also=("产品编号", "编码", "sku")
        ),
        Field(
            "series",
            _("Series"),
            Text(60),
            create=True,
            width=140,
            also=("系列", "产品线", "family"),
        ),
        Field(
            "price",
            _("Price"),
            Money(),
            create=True,
            width=120,
            also=("单价", "标准价格", "sales_price", "list price"),
        ),
        Field("currency", _("Currency"), Text(3), create=True, width=80, also=("币种",)),
        Field("unit", _("Unit"), Text(20), create=True, width=80, also=("单位",)),
        Field(
            "is_active", _("On sale"), Boolean(), width=80, default=True, also=("启用", "active")
        ),
        Field("description", _("Description"), LongText(4000), also=("描述", "说明")),
    ),
    columns=("name", "code", "series", "price", "unit", "is_active"),
    sort="name",
    presets=(
        Preset("all", _("All products")),
        Preset("active", _("On sale"), ("is_active.is.1",)),
    ),
    match_keys=("name", "code"),
    import_rows=ProductRows,
    empty_hint=_("Products fill opportunity lines, and the amount follows them."),
    in_menu=False,
)
