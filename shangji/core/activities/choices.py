"""Kinds of activity."""

from django.utils.translation import gettext_lazy as _

from shangji.records.kinds import Option

KINDS = (
    Option("call", _("Call"), also=("电话", "通话", "phone")),
    Option("meeting", _("Meeting"), also=("会议",)),
    Option("visit", _("Visit"), also=("拜访",)),
    Option("mail", _("Mail"), also=("邮件", "email")),
    Option("wechat", _("WeChat note"), also=("微信",)),
    Option("task", _("Task"), also=("任务", "待办", "to-do")),
    Option("note", _("Note"), also=("备注", "跟进", "follow-up")),
)
ICONS = {
    "call": "phone",
    "meeting": "users",
    "visit": "map-pin",
    "mail": "mail",
    "wechat": "message",
    "task": "checkbox",
    "note": "pencil",
}
