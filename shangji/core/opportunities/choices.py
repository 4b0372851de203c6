"""Fixed choices of the spine, with words in both languages through translation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangji.records.kinds import Option

KINDS = (
    Option("new", _("New business")),
    Option("repeat", _("Repeat purchase")),
    Option("renewal", _("Renewal")),
    Option("upsell", _("Upsell")),
    Option("referral", _("Referral")),
)
FORECASTS = (
    Option("pipeline", _("Pipeline")),
    Option("best", _("Best case")),
    Option("commit", _("Commit")),
    Option("closed", pgettext_lazy("forecast", "Closed")),
    Option("omitted", _("Omitted")),
)
STATUSES = (
    Option("open", pgettext_lazy("status", "Open")),
    Option("won", _("Won")),
    Option("lost", _("Lost")),
)
ROLES = (
    Option("decider", _("Decision maker")),
    Option("influencer", _("Influencer")),
    Option("buyer", _("Buyer")),
    Option("gatekeeper", _("Technical gatekeeper")),
    Option("user", _("User")),
    Option("champion", _("Champion")),
    Option("blocker", _("Blocker")),
)
STANCES = (
    Option("support", _("Supports")),
    Option("neutral", _("Neutral")),
    Option("reserved", _("Has doubts")),
    Option("against", _("Against")),
    Option("unknown", _("Not known")),
)
ROLE_KEYS = frozenset(option.value for option in ROLES)
STANCE_KEYS = frozenset(option.value for option in STANCES)
