"""What the record engine may know of assessments, and the verb that puts deals side by side."""

from django.utils.translation import gettext_lazy as _

from shangji.phases.evaluate.models import Assessment
from shangji.records.description import BulkVerb, Field, Preset, RecordDescription
from shangji.records.kinds import DateTime, Link, Number, Person

COMPARE = BulkVerb("compare", _("Compare"), "scale", "evaluate:compare_chosen", verb="read")

#: a ledger: listed, filtered, exported; made on the assess page and never edited
ASSESSMENT = RecordDescription(
    type="assessment",
    slug="assessments",
    model=Assessment,
    name=_("Assessment"),
    plural=_("Assessments"),
    icon="list-check",
    title="opportunity",
    fields=(
        Field(
            "opportunity",
            _("Opportunity"),
            Link("opportunity", "opportunities"),
            writable=False,
            width=220,
        ),
        Field(
            "scorecard",
            _("Scorecard"),
            Link("scorecard", "scorecards", label="name_en"),
            writable=False,
            width=140,
        ),
        Field("rater", _("Assessed by"), Person(), writable=False, width=120),
        Field("points", _("Points"), Number(2), writable=False, width=80),
        Field("share", _("Scored share"), Number(2), writable=False, width=90),
        Field("rated_at", _("Rated at"), DateTime(), writable=False, width=130),
    ),
    columns=("opportunity", "rater", "points", "share", "rated_at"),
    sort="-rated_at",
    presets=(Preset("all", _("All")), Preset("mine", _("Mine"), ("rater.in.me",))),
    creatable=False,
    empty_hint=_("Open an opportunity and assess it; every assessment is kept here."),
)
