"""What the record engine may know of contacts."""

from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.choices import LIFECYCLES
from shangji.core.contacts.actions import create_contact, edit_contact
from shangji.core.contacts.choices import EDUCATION, GENDERS
from shangji.core.contacts.models import Contact
from shangji.records.description import Field, Preset, RecordDescription
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

_BELONGS, _PERSONAL = _("Belongs to"), _("Personal")

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
            width=160,
            also=("姓名", "联系人", "联系人姓名", "full name", "contact name", "contact"),
        ),
        Field(
            "account",
            _("Customer"),
            Link("account", "accounts"),
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
        Field("description", _("Description"), LongText(), also=("备注", "notes")),
        Field(
            "created_at", _("Created"), DateTime(), writable=False, width=120, also=("创建时间",)
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
    edit=edit_contact,
    match_keys=("email", "phone", "name"),
    page_template="contacts/page.html",
    empty_hint=_("Add somebody you met, or import a sheet."),
)
