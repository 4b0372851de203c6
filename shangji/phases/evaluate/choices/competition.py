"""How far a price of a competitor may be relied on, and how it rates."""

from django.utils.translation import gettext_lazy as _

from shangji.records.kinds import Option

#: from what was in our hands to what somebody thinks
RELIABILITY = (
    Option("document", _("Quote seen"), also=("见过报价单", "书面报价")),
    Option("public", _("Published price"), also=("公开价格", "官网价")),
    Option("customer", _("Customer said"), also=("客户告知",)),
    Option("hearsay", _("Hearsay"), also=("传闻", "听说")),
)
RATINGS = (
    Option("1", _("1 far behind")),
    Option("2", _("2 behind")),
    Option("3", _("3 level")),
    Option("4", _("4 ahead")),
    Option("5", _("5 far ahead")),
)
