"""Assessments as a list to read, filter, import and export; each has a page with its answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.phases.evaluate.imports.assessments import AssessmentRows
from shangji.phases.evaluate.models import Assessment
from shangji.phases.evaluate.queries.assessments import answers_of
from shangji.phases.evaluate.queries.scorecards import named_cards
from shangji.phases.evaluate.record.answers import ANSWERS, Answers, answer_columns
from shangji.records.description import Field, Preset, RecordDescription
from shangji.records.kinds import Choice, DateTime, Link, Number, Option, Person, Text, Whole


def _cards() -> Sequence[Option]:
    return [Option(str(pk), words.text, also=(words.zh.casefold(), words.en.casefold()))
            for pk, words in named_cards()]  # fmt: skip


def _page(actor: Actor, record: Assessment, now: datetime) -> dict[str, Any]:
    card = f"?card={record.scorecard_id}"
    return {
        "answers": answers_of(record),
        "sheet_url": reverse("evaluate:scorecard", kwargs={"pk": record.opportunity_id}) + card,
    }


ASSESSMENT = RecordDescription(
    type="assessment",
    slug="assessments",
    model=Assessment,
    name=_("Assessment"),
    plural=_("Assessments"),
    icon="list-check",
    fields=(
        Field("name", _("Assessed"), Text(200), path="opportunity__name", writable=False,
              fact=False, width=220),
        Field("opportunity", _("Opportunity"), Link("opportunity", "opportunities"),
              writable=False, width=200),
        Field("scorecard", _("Scorecard"), Choice(_cards, numeric=True), writable=False,
              width=150),
        Field("number", _("Version"), Whole(), path="scorecard_version__number", writable=False,
              width=70),
        Field("rater", _("Assessed by"), Person(), writable=False, width=110),
        Field("points", _("Points"), Number(2), writable=False, width=80,
              help=_("Of 100, over what this person answered.")),
        Field("share", _("Scored share"), Number(2), writable=False, width=90,
              help=_("Percent of the weight that was answered.")),
        Field(ANSWERS, _("Answers"), Answers(), needs=("scorecard_id",), parts=answer_columns,
              writable=False, sortable=False, filterable=False, fact=False, width=280),
        Field("note", _("Remark"), Text(500), width=220),
        Field("rated_at", _("Rated at"), DateTime(), writable=False, width=130),
    ),
    columns=("name", "scorecard", "rater", "points", "share", "answers", "note",
             "rated_at"),
    sort="-rated_at",
    second="rater",
    presets=(
        Preset("all", _("All"), sort="-rated_at"),
        Preset("mine", _("Mine"), ("rater.in.me",), sort="-rated_at"),
        Preset("partly", _("Not everything answered"), ("share.lte.99",), sort="share"),
    ),
    group_by=("scorecard", "rater"),
    creatable=False,
    brought=True,
    import_rows=AssessmentRows,
    page_template="evaluate/assessment.html",
    page_context=_page,
    empty_hint=_("Assess an opportunity on the scorecard, under Evaluation."),
)  # fmt: skip
