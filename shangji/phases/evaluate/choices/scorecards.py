"""Words of scorecards: how a criterion is scored, what ties are broken by, what was done."""

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "assessment.record": _("Assessed an opportunity"),
    "scorecard.save": _("Saved a scorecard"),
    "scorecard.publish": _("Published a scorecard"),
    "scorecard.default": _("Chose the scorecard that gives the score"),
    "scorecard.use": _("Retired or restored a scorecard"),
}

AUTO_KINDS = {
    "": _("Asked: people answer"),
    "rules": _("Computed: by conditions"),
    "number": _("Computed: from a number"),
    "touches": _("Computed: from touches"),
}

TIE_BREAKS = {
    "expected_value": _("larger expected value"),
    "older": _("older"),
}
