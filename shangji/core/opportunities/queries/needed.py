"""Fields of a workspace's own that a stage needs, asked before an opportunity moves there."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity, Stage
from shangji.core.opportunities.queries.exits import Gap
from shangji.core.opportunities.rules import status_after
from shangji.records.custom.when import missing
from shangji.records.description import describe
from shangji.ui.addresses import address


def needed_fields(opportunity: Opportunity, stage: Stage, now: datetime) -> Sequence[Gap]:
    """What is empty and needed once the opportunity stands in the stage."""
    description = describe("opportunity")
    status = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
    values = {"stage": stage.pk, "phase": stage.phase, "status": status}
    return [
        Gap(
            _("%(field)s is empty.") % {"field": one.label},
            f"{address('records:edit', description.slug, opportunity.pk)}?fields={one.key}",
            _("Fill in"),
        )
        for one in missing(description, values, opportunity, now)
    ]
