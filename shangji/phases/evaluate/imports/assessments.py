"""Assessments from a sheet: a row is what one person answered, a column a criterion by name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.lib.errors import DomainError, Forbidden, Invalid, NotFound
from shangji.phases.evaluate.actions.assessments import check_answers, insert_assessment
from shangji.phases.evaluate.models import Assessment
from shangji.phases.evaluate.queries.comparison import require_scores
from shangji.phases.evaluate.queries.criteria import Column, read_evidence
from shangji.phases.evaluate.queries.scorecards import Published, version_of
from shangji.phases.evaluate.record.answers import (
    ANSWERS,
    EVIDENCE,
    Evidence,
    Value,
    answer_columns,
)
from shangji.phases.evaluate.rules.scoring import Answer
from shangji.records.description import Field
from shangji.records.imports.rows import CREATION_ONLY, ImportRows
from shangji.records.kinds import Whole
from shangji.records.kinds.base import FormatContext

#: fields of the description that a file may fill beside the answers
_BROUGHT = ("name", "opportunity", "scorecard", "number", "rater", "note", "rated_at")
_SAYS = f"{ANSWERS}."


class AssessmentRows(ImportRows):
    """Each row by the action: on the version it names, else the newest; what a criterion is
    called tells its column, and one that the row's card does not ask is a fault."""

    one_by_one: ClassVar[bool] = True
    derives: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        #: columns of criteria as the last import began with them
        self._columns: dict[str, Field] = {}

    def fields(self) -> tuple[Field, ...]:
        own = {one.key: one for one in self.description.fields if one.key in _BROUGHT}
        link = replace(own["opportunity"], writable=True, also=("商机", "商机名称", "deal"))
        # the list calls the opportunity by what was done to it; its export reads back so
        own["name"] = replace(own["name"], kind=link.kind, path="", also=("评估对象",))
        own["opportunity"] = replace(link, required=True)
        own["number"] = replace(own["number"], kind=Whole(1, 100_000))
        self._columns = {one.key: one for one in answer_columns()}
        rest = (*own.values(), *self._columns.values())
        return tuple(replace(one, writable=True) for one in rest)

    def _filled(self, values: Mapping[str, Any]) -> list[tuple[str, Column]]:
        """The columns of criteria that a row fills."""
        return [
            (key, one.kind.column)
            for key, one in self._columns.items()
            if key in values and isinstance(one.kind, Value | Evidence)
        ]

    def require(self, actor: Actor) -> None:
        super().require(actor)
        require_scores(actor)

    def derive(self, values: dict[str, Any]) -> None:
        named = values.pop("name", None)
        if named is not None:
            values.setdefault("opportunity", named)

    def title(self, values: Mapping[str, Any]) -> Any:
        rows = Opportunity.objects.filter(pk=values.get("opportunity"))
        return rows.values_list("name", flat=True).first()

    # -------------------------------------------------------------------------------- checking

    def check(self, actor: Actor, values: Mapping[str, Any], record: Any) -> dict[str, list[str]]:
        if record is not None:
            text = _("An assessment is never edited. Leave its ID empty to record a new one.")
            return {key: [text] for key in values if key not in ("note", "external_id")}
        faults: dict[str, list[str]] = {}
        rater = values.get("rater")
        if rater is not None and rater != actor.user_id and not actor.is_admin:
            faults["rater"] = [_("Only an administrator brings in what somebody else assessed.")]
        at = values.get("rated_at")
        if isinstance(at, datetime) and at > timezone.now():
            faults["rated_at"] = [_("Should not lie in the future.")]
        faults |= self._faults(actor, values)
        return faults

    def _faults(self, actor: Actor, values: Mapping[str, Any]) -> dict[str, list[str]]:
        """What the action would refuse, told before anything is written."""
        try:
            if values.get("opportunity") is not None:
                deal = get_visible(Opportunity, actor, values["opportunity"])
                require(actor, "edit", deal)
        except (Forbidden, NotFound) as problem:
            return {"opportunity": [str(problem.message)]}
        try:
            version = version_of(values.get("scorecard"), values.get("number"))
        except DomainError as problem:
            key = "number" if values.get("number") is not None else "scorecard"
            return {key: [str(problem.message)]}
        try:
            check_answers(version, self._answers(values, version))
        except Invalid as problem:
            return self._by_column(values, version, problem)
        return {}

    def _by_column(
        self, values: Mapping[str, Any], version: Published, problem: Invalid
    ) -> dict[str, list[str]]:
        """Faults by criterion, by the column that holds it."""
        columns = {
            column.keys.get(version.scorecard_id): f"{_SAYS}{column.key}"
            for _place, column in self._filled(values)
        }
        return {columns.get(key, key): texts for key, texts in problem.errors.items()}

    # -------------------------------------------------------------------------------- answers

    def _answers(self, values: Mapping[str, Any], version: Published) -> dict[str, Answer]:
        """Answers by criterion of the row's card. Invalid names the column of another card's."""
        assert version.card is not None
        asked = {one.key for one in version.card.asked}
        found: dict[str, Answer] = {}
        faults: dict[str, list[str]] = {}
        for place, column in self._filled(values):
            key = column.keys.get(version.scorecard_id)
            if key not in asked:
                faults[place] = [
                    _("“%(card)s”, version %(number)s, does not ask this.")
                    % {"card": version.name, "number": version.number}
                ]
                continue
            before = found.get(key, Answer())
            if place.endswith(f".{EVIDENCE}"):
                text, link = read_evidence(values[place])
                found[key] = replace(before, text=text, link=link)
            else:
                found[key] = replace(before, value=values[place])
        if faults:
            raise Invalid(faults)
        return found

    # --------------------------------------------------------------------------------- writing

    def insert_one(self, op: Recorder, values: Mapping[str, Any]) -> int:
        """One assessment, in the name of whoever the row names."""
        version = version_of(values.get("scorecard"), values.get("number"))
        deal = get_visible(Opportunity, op.actor, values["opportunity"])
        return insert_assessment(
            op,
            deal,
            version,
            self._answers(values, version),
            note=values.get("note", ""),
            rater_id=values.get("rater", op.actor.user_id),
            rated_at=values.get("rated_at"),
        ).pk

    def current(self, record: Any, key: str) -> Any:
        if key == "number":
            return record.scorecard_version.number
        if key == "rated_at":
            # a spreadsheet cuts its seconds
            return CREATION_ONLY
        if key.startswith(_SAYS):
            row = {"scorecard_id": record.scorecard_id, ANSWERS: record.answers}
            one = self._columns[key]
            return one.kind.export(row, ANSWERS, FormatContext.of(None, record.rated_at)) or None
        return super().current(record, key)

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        assert isinstance(record, Assessment)
        return op.update(record, {"note": values.get("note", record.note)})
