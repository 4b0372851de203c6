"""What the record engine may know of accounts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.choices import INDUSTRIES, KINDS, LIFECYCLES, SIZES
from shangji.core.accounts.imports import AccountRows
from shangji.core.accounts.models import Account
from shangji.core.accounts.queries import duplicate_keys, family, typed_keys
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.lib.credit_code import read_credit_code
from shangji.records.description import Field, Preset, RecordDescription
from shangji.records.duplicates.description import Duplicates, Signal
from shangji.records.kinds import (
    Choice,
    DateTime,
    Link,
    LongText,
    Money,
    Person,
    Phone,
    Tags,
    Text,
    Web,
    Whole,
)
from shangji.records.merging.description import Merging

_BELONGS, _PLACE, _SIZE, _MORE = _("Belongs to"), _("Place"), _("Size"), _("More")


def check(actor: Actor, values: Mapping[str, Any], record: Record | None) -> dict[str, list[str]]:
    """The credit code is one, and nobody else's."""
    errors: dict[str, list[str]] = {}
    code = values.get("credit_code")
    if code:
        try:
            code = read_credit_code(code)
        except ValueError as problem:
            errors["credit_code"] = [str(problem)]
        others = Account.objects.alive().filter(credit_code=code)
        if others.exclude(pk=record.pk if record else None).exists():
            errors["credit_code"] = [_now("Another customer has this code.")]
    return errors


def page_context(actor: Actor, record: Account, now: datetime) -> dict[str, Any]:
    """The company family, and what stands beside the name."""
    hidden = actor.hidden_fields("account")
    words = {option.value: option.label for option in (*LIFECYCLES, *INDUSTRIES)}
    parts = [
        str(words.get(record.industry, "")) if "industry" not in hidden else "",
        record.city if "city" not in hidden else "",
    ]
    lines = family(actor, record)
    return {
        "family": lines,
        "depth": next(one.depth for one in lines.lines if one.is_self),
        "lifecycle": words.get(record.lifecycle, "") if "lifecycle" not in hidden else "",
        "subtitle": " · ".join(part for part in parts if part),
    }


ACCOUNT = RecordDescription(
    type="account",
    slug="accounts",
    model=Account,
    name=_("Customer"),
    plural=_("Customers"),
    icon="building",
    fields=(
        Field(
            "name",
            _("Customer"),
            Text(200),
            required=True,
            create=True,
            fact=False,
            width=240,
            also=(
                "客户名称",
                "公司名称",
                "公司",
                "account",
                "account name",
                "company",
                "organization",
            ),
        ),
        Field("kind", _("Kind"), Choice(KINDS), default="company", width=90, also=("类型",)),
        Field(
            "lifecycle",
            _("Lifecycle"),
            Choice(LIFECYCLES),
            default="prospect",
            width=100,
            also=("客户状态", "生命周期"),
        ),
        Field(
            "industry",
            _("Industry"),
            Choice(INDUSTRIES),
            create=True,
            width=140,
            also=("行业", "所属行业", "客户行业", "sector"),
        ),
        Field("size", _("Size"), Choice(SIZES), group=_SIZE, width=100, also=("规模", "人员规模")),
        Field(
            "employees",
            _("Employees"),
            Whole(0, 10_000_000),
            group=_SIZE,
            width=100,
            also=("员工数", "人数", "number of employees"),
        ),
        Field(
            "revenue",
            _("Yearly revenue"),
            Money(short=True),
            group=_SIZE,
            width=120,
            also=("年营收", "annual revenue"),
        ),
        Field("currency", _("Currency"), Text(3), group=_SIZE, width=80, also=("币种",)),
        Field(
            "founded_year",
            _("Founded"),
            Whole(1000, 2100, group=False),
            group=_SIZE,
            width=80,
            also=("成立年份", "year_established"),
        ),
        Field(
            "country",
            _("Country"),
            Text(60),
            group=_PLACE,
            width=100,
            also=("国家", "office_location"),
        ),
        Field(
            "province",
            _("Province"),
            Text(40),
            group=_PLACE,
            width=100,
            also=("省份", "省", "state"),
        ),
        Field(
            "city", _("City"), Text(60), group=_PLACE, create=True, width=100, also=("城市", "市")
        ),
        Field("address", _("Address"), Text(200), group=_PLACE, width=200, also=("地址", "street")),
        Field(
            "credit_code",
            _("Unified social credit code"),
            Text(18),
            create=True,
            width=170,
            also=("统一社会信用代码", "信用代码", "税号"),
        ),
        Field(
            "website", _("Website"), Web(), create=True, width=160, also=("网站", "官网", "domain")
        ),
        Field("phone", _("Phone"), Phone(), create=True, width=140, also=("电话", "公司电话")),
        Field(
            "parent",
            _("Parent company"),
            Link("account", "accounts"),
            group=_BELONGS,
            width=180,
            also=("上级公司", "母公司", "subsidiary_of", "parent account"),
        ),
        Field(
            "owner",
            _("Owner"),
            Person(),
            group=_BELONGS,
            width=120,
            also=("负责人", "归属人", "业务员", "account owner", "assigned to"),
        ),
        Field("tags", _("Tags"), Tags(), group=_BELONGS, width=160, also=("标签", "客户标签")),
        Field(
            "description",
            _("Description"),
            LongText(),
            group=_MORE,
            also=("备注", "备注信息", "notes"),
        ),
        Field(
            "created_at",
            _("Created"),
            DateTime(),
            writable=False,
            group=_MORE,
            width=120,
            also=("创建时间",),
        ),
        Field("updated_at", _("Changed"), DateTime(), writable=False, fact=False, width=120),
    ),
    columns=("name", "lifecycle", "industry", "city", "size", "owner", "updated_at"),
    sort="-updated_at",
    presets=(
        Preset("all", _("All customers")),
        Preset("mine", _("Mine"), ("owner.in.me",)),
        Preset("customers", _("Customers"), ("lifecycle.is.customer",)),
        Preset("prospects", _("Prospects"), ("lifecycle.is.prospect",)),
    ),
    group_by=("industry", "lifecycle", "size"),
    check=check,
    match_keys=("credit_code", "name"),
    import_rows=AccountRows,
    page_template="accounts/page.html",
    page_context=page_context,
    duplicates=Duplicates(
        signals=(
            Signal("code", _("same credit code"), 100, "credit_code"),
            Signal("name", _("same name"), 85, "name"),
            Signal("domain", _("same web address"), 75, "website"),
            Signal("near_name", _("similar name"), 75, "name", near="name"),
            Signal("phone", _("same phone"), 60, "phone"),
        ),
        keys=duplicate_keys,
        typed=typed_keys,
        watch=frozenset({"name", "credit_code", "website", "phone"}),
    ),
    merging=Merging(
        together={"revenue": ("currency",)},
        ranks={"lifecycle": ("customer", "former", "prospect")},
    ),
    second="city",
    empty_hint=_("Add the first customer, or import a sheet."),
)
