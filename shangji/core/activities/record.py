"""What the record engine may know of activities."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.core.activities.actions import create_activity, create_in, edit_activity
from shangji.core.activities.choices import KINDS
from shangji.core.activities.imports import ActivityRows
from shangji.core.activities.models import Activity
from shangji.core.activities.pages.page import page_context
from shangji.records.conditions.related import Related
from shangji.records.description import Field, Preset, RecordDescription
from shangji.records.kinds import Choice, Date, DateTime, Link, LongText, Person, Text, Whole


def activities(link: str) -> Field:
    """What was done with a record whose id stands in this column: activities with a day done."""
    done, ask = Q(done_at__isnull=False), ("kind", "owner", "outcome")
    kind = Related("activity", link=link, on="done_at", only=done, ask=ask)
    return Field("activities", _("Activities"), kind, path="pk", writable=False, sortable=False)


ACTIVITY = RecordDescription(
    type="activity",
    slug="activities",
    model=Activity,
    name=_("Activity"),
    plural=_("Activities"),
    icon="messages",
    fields=(
        Field(
            "subject",
            _("Subject"),
            Text(200),
            required=True,
            create=True,
            width=260,
            also=("主题", "标题"),
        ),
        Field(
            "kind",
            _("Kind"),
            Choice(KINDS),
            required=True,
            create=True,
            default="task",
            width=100,
            also=("类型", "跟进方式"),
        ),
        Field(
            "opportunity",
            _("Opportunity"),
            Link("opportunity", "opportunities"),
            create=True,
            width=200,
            also=("商机",),
        ),
        Field(
            "account",
            _("Customer"),
            Link("account", "accounts", named=True),
            create=True,
            width=200,
            also=("客户", "客户名称"),
        ),
        Field(
            "contact",
            _("Contact"),
            Link("contact", "contacts", named=True),
            create=True,
            width=140,
            also=("联系人",),
        ),
        Field("due_on", _("Due"), Date(), create=True, width=120, also=("日期", "截止日期")),
        Field("minutes", _("Minutes"), Whole(0, 10000), width=80, also=("时长",)),
        Field("done_at", _("Done"), DateTime(), writable=False, width=130),
        Field("outcome", _("Outcome"), Text(200), width=180, also=("结果",)),
        Field("owner", _("Owner"), Person(), create=True, width=120, also=("负责人",)),
        Field(
            "body", _("Notes"), LongText(20000), create=True, fact=False, also=("内容", "跟进内容")
        ),
        Field("created_at", _("Created"), DateTime(), writable=False, width=120),
    ),
    columns=("subject", "kind", "opportunity", "account", "due_on", "done_at", "owner"),
    sort="due_on",
    title="subject",
    second="opportunity",
    presets=(
        Preset("todo", _("To do"), ("done_at.empty.", "due_on.filled.")),
        Preset("mine", _("Mine"), ("done_at.empty.", "due_on.filled.", "owner.in.me")),
        Preset("overdue", _("Overdue"), ("done_at.empty.", "due_on.within.overdue")),
        Preset("done", _("Done"), ("done_at.filled.",), sort="-done_at"),
        Preset("all", _("All"), sort="-created_at"),
    ),
    group_by=("kind", "owner"),
    create=create_activity,
    create_in=create_in,
    edit=edit_activity,
    import_rows=ActivityRows,
    page_template="activities/page.html",
    page_context=page_context,
    board="activities:calendar",
    # with next steps and expected closes; the calendar beside it has the rows of the view
    board_label=_("Schedule"),
    board_icon="calendar-event",
    empty_hint=_("Log a call or plan a task."),
)
