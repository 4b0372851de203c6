"""What the record engine may know of decisions: a list to read, filter and export."""

from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Forbidden
from shangji.phases.evaluate.choices.decision import DECISION_STATES, VERDICTS
from shangji.phases.evaluate.models import Decision
from shangji.records.description import Field, Preset, RecordDescription
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds import Choice, Date, DateTime, Link, Money, Person, Text


class DecisionRows(ImportRows):
    """A decision moves its opportunity: it is made, one at a time, and never imported."""

    def require(self, actor: Actor) -> None:
        raise Forbidden(_("Decisions are made on an opportunity, not imported."))


DECISION = RecordDescription(
    type="decision",
    slug="decisions",
    model=Decision,
    name=_("Decision"),
    plural=_("Decisions"),
    icon="scale",
    fields=(
        Field("verdict", _("Decision"), Choice(VERDICTS), writable=False, fact=True, width=90),
        Field(
            "opportunity",
            _("Opportunity"),
            Link("opportunity", "opportunities"),
            writable=False,
            width=220,
        ),
        Field("state", _("State"), Choice(DECISION_STATES), writable=False, width=110),
        Field("reason", _("Why"), Text(1000), required=True, width=260),
        Field("amount", _("Amount"), Money(), writable=False, width=110),
        Field("asked_by", _("Asked by"), Person(), writable=False, width=100),
        Field("decided_by", _("Decided by"), Person(), writable=False, width=100),
        Field("decided_at", _("Decided at"), DateTime(), writable=False, width=130),
        Field("answer", _("Answer"), Text(1000), writable=False, width=200),
        Field("returns_on", _("Comes back"), Date(), writable=False, width=110),
        Field("returned_at", _("Came back at"), DateTime(), writable=False, width=130),
        Field("created_at", _("Created"), DateTime(), writable=False, width=130),
    ),
    columns=(
        "verdict",
        "opportunity",
        "state",
        "reason",
        "amount",
        "decided_by",
        "decided_at",
        "returns_on",
    ),
    sort="-created_at",
    title="verdict",
    second="opportunity",
    presets=(
        Preset("waiting", _("Wait for approval"), ("state.is.asked",), sort="created_at"),
        Preset(
            "put_off",
            _("Put off"),
            ("verdict.is.not_now", "state.is.decided", "returned_at.empty."),
            sort="returns_on",
        ),
        Preset("all", _("All"), sort="-created_at"),
    ),
    group_by=("verdict", "state"),
    creatable=False,
    import_rows=DecisionRows,
    empty_hint=_("Decide on an opportunity, under Evaluation."),
)
