"""Words of profit forecasts."""

from django.utils.translation import gettext_lazy as _

from shangji.records.kinds import Option

PERIODS = (
    Option("month", _("Month")),
    Option("quarter", _("Quarter")),
    Option("year", _("Year")),
    Option("dates", _("Days of their own (XNPV, XIRR)")),
)
