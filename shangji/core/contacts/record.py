"""What the record engine may know of contacts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.choices import LIFECYCLES
from shangji.core.contacts.actions import (
    create_contact,
    create_in,
    edit_contact,
    edit_locked,
    settle_merged,
)
from shangji.core.contacts.choices import EDUCATION, GENDERS
from shangji.core.contacts.imports import ContactRows
from shangji.core.contacts.models import Contact, ContactPoint
from shangji.core.contacts.queries import (
    POINT_FIELDS,
    consents_of,
    duplicate_keys,
    points_of,
    typed_keys,
)
from shangji.foundation.access.actor import Actor
from shangji.records.description import Field, Preset, RecordDescription
from shangji.records.duplicates.description import Duplicates, Signal
from shangji.records.kinds import (
    Choice,
    Date,
    DateTime,
    Link,
    LongText,
    Mail,
    Person,
    Phone,
    Tags,
    Text,
)
from shangji.records.merging.description import Merging

_BELONGS, _PERSONAL, _MORE = _("Belongs to"), _("Personal"), _("More")

_REACH = {
    ContactPoint.PHONE: (_("Phones"), "phone", "tel:"),
    ContactPoint.MAIL: (_("Mail addresses"), "mail", "mailto:"),
}


def page_context(actor: Actor, record: Contact, now: datetime) -> dict[str, Any]:
    """How to reach the person, what they agreed to, and what stands beside the name."""
    hidden, closed = actor.hidden_fields("contact"), actor.read_only_fields("contact")
    points = points_of(actor, record)
    reach = [
        {
            "kind": kind,
            "label": label,
            "icon": icon,
            "scheme": scheme,
            "points": [one for one in points if one.kind == kind],
            "open": POINT_FIELDS[kind] not in closed,
        }
        for kind, (label, icon, scheme) in _REACH.items()
        if POINT_FIELDS[kind] not in hidden
    ]
    words: Mapping[str, Any] = {option.value: option.label for option in LIFECYCLES}
    phone = record.phone if "phone" not in hidden else ""
    mail = record.email if "email" not in hidden else ""
    return {
        "reach": reach,
        "consents": consents_of(record),
        "call_url": f"tel:{quote(phone, safe='+')}" if phone else "",
        "mail_url": f"mailto:{quote(mail, safe='@+')}" if mail else "",
        "lifecycle": words.get(record.lifecycle, "") if "lifecycle" not in hidden else "",
        "subtitle": record.job_title if "job_title" not in hidden else "",
    }


CONTACT = RecordDescription(
    type="contact",
    slug="contacts",
    model=Contact,
    name=_("Contact"),
    plural=_("Contacts"),
    icon="address-book",
    fields=(
        Field(
            "name",
            _("Name"),
            Text(120),
            required=True,
            create=True,
            fact=False,
            width=160,
            also=("姓名", "联系人", "联系人姓名", "full name", "contact name", "contact"),
        ),
        Field(
            "account",
            _("Customer"),
            Link("account", "accounts", named=True),
            create=True,
            width=220,
            also=("客户名称", "公司", "company", "account name", "organization"),
        ),
        Field(
            "job_title",
            _("Job title"),
            Text(80),
            create=True,
            width=130,
            also=("职位", "职务", "title", "job position", "function"),
        ),
        Field("department", _("Department"), Text(80), width=120, also=("部门",)),
        Field(
            "phone",
            _("Phone"),
            Phone(),
            create=True,
            width=150,
            also=("手机号", "手机", "电话", "mobile", "mobile phone"),
        ),
        Field(
            "email",
            _("Mail"),
            Mail(),
            create=True,
            width=200,
            also=("邮箱", "电子邮件", "email address", "e-mail", "email_from"),
        ),
        Field("wechat", _("WeChat"), Text(60), create=True, width=120, also=("微信", "微信号")),
        Field(
            "lifecycle",
            _("Lifecycle"),
            Choice(LIFECYCLES),
            default="prospect",
            width=100,
            also=("生命周期",),
        ),
        Field("gender", _("Gender"), Choice(GENDERS), group=_PERSONAL, width=80, also=("性别",)),
        Field("birthday", _("Birthday"), Date(), group=_PERSONAL, width=110, also=("生日",)),
        Field(
            "education",
            _("Education"),
            Choice(EDUCATION),
            group=_PERSONAL,
            width=100,
            also=("学历",),
        ),
        Field("province", _("Province"), Text(40), group=_PERSONAL, width=100, also=("省份",)),
        Field("city", _("City"), Text(60), group=_PERSONAL, width=100, also=("城市",)),
        Field(
            "owner",
            _("Owner"),
            Person(),
            group=_BELONGS,
            width=120,
            also=("负责人", "contact owner"),
        ),
        Field("tags", _("Tags"), Tags(), group=_BELONGS, width=160, also=("标签",)),
        Field("description", _("Description"), LongText(), group=_MORE, also=("备注", "notes")),
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
    columns=("name", "account", "job_title", "phone", "email", "owner", "updated_at"),
    sort="-updated_at",
    presets=(
        Preset("all", _("All contacts")),
        Preset("mine", _("Mine"), ("owner.in.me",)),
        Preset("no_account", _("Without a customer"), ("account.empty.",)),
    ),
    group_by=("lifecycle",),
    create=create_contact,
    create_in=create_in,
    edit=edit_contact,
    match_keys=("email", "phone", "name"),
    import_rows=ContactRows,
    edit_locked=edit_locked,
    page_template="contacts/page.html",
    page_context=page_context,
    duplicates=Duplicates(
        signals=(
            Signal(ContactPoint.MAIL, _("same mail"), 95, "email"),
            Signal(ContactPoint.PHONE, _("same phone"), 85, "phone"),
            Signal("name_at", _("same name at the same customer"), 80, "account"),
            Signal(
                "near_name", _("similar name at the same customer"), 65, "account", near="name_at"
            ),
        ),
        keys=duplicate_keys,
        typed=typed_keys,
        watch=frozenset({"name", "account", "phone", "email", "phone_points", "mail_points"}),
    ),
    merging=Merging(ranks={"lifecycle": ("customer", "former", "prospect")}, settle=settle_merged),
    second="account",
    empty_hint=_("Add somebody you met, or import a sheet."),
)
