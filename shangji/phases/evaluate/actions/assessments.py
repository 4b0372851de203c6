"""Record what a person thinks of an opportunity, criterion by criterion."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.scoring import fold_scores
from shangji.phases.evaluate.models import Assessment
from shangji.phases.evaluate.queries.scorecards import Published
from shangji.phases.evaluate.rules.scorecards import TOP, plain
from shangji.phases.evaluate.rules.scoring import Answer, score, unexplained
from shangji.records.kinds.text import clean

MAX_TEXT, MAX_LINK = 500, 300


def record_assessment(
    *,
    actor: Actor,
    opportunity: Opportunity,
    version: Published,
    answers: Mapping[str, Answer],
    now: datetime,
    note: str = "",
) -> Assessment:
    """Add the actor's assessment; it takes the place of the actor's older one on this card.

    What is not answered stays missing, never zero. Invalid without any answer, for a value
    outside 0 to 10, for a link that is no web address, and for an answer that moves by two
    points or more without a word why: beside it, or in the remark.
    """
    with operation(actor, "assessment.record", now=now) as op:
        require(actor, "edit", opportunity)
        _ask_why(actor, opportunity, version, check_answers(version, answers), note)
        return insert_assessment(op, opportunity, version, answers, note=note)


def insert_assessment(
    op: Recorder,
    opportunity: Opportunity,
    version: Published,
    answers: Mapping[str, Answer],
    *,
    note: str = "",
    rater_id: int | None = None,
    rated_at: datetime | None = None,
) -> Assessment:
    """The same inside an open operation.

    Args:
        rater_id: whose it is; the actor's when left out. The caller has asked for the right.
        rated_at: when it was made; now when left out. A rater's newest one counts.
    """
    require(op.actor, "edit", opportunity)
    assert version.card is not None
    kept = check_answers(version, answers)
    values = {key: one.value for key, one in kept.items() if one.value is not None}
    made = score(version.card, values)
    return op.created(
        Assessment(
            opportunity=opportunity,
            scorecard_id=version.scorecard_id,
            scorecard_version_id=version.version_id,
            rater_id=op.actor.user_id if rater_id is None else rater_id,
            rated_at=rated_at or op.now,
            answers=_document(kept),
            points=made.points,
            share=made.share * 100,
            note=clean(note, keep_lines=False)[:MAX_TEXT],
        )
    )


def _ask_why(
    actor: Actor,
    opportunity: Opportunity,
    version: Published,
    answers: Mapping[str, Answer],
    note: str,
) -> None:
    mine = Assessment.objects.alive().filter(
        scorecard_id=version.scorecard_id, opportunity=opportunity, rater_id=actor.user_id
    )
    last = mine.order_by("-rated_at", "-id").first()
    if last is None or (note.strip() and note.strip() != last.note):
        return
    before = {
        key: Answer(
            Decimal(one["value"]) if one.get("value") else None,
            one.get("text", ""),
            one.get("link", ""),
        )
        for key, one in last.answers.get("answers", {}).items()
    }
    faults: dict[str, list[str]] = {}
    for key in unexplained(before, answers):
        was, now = before[key].value, answers[key].value
        assert was is not None and now is not None
        text = _("Moves from %(before)s to %(after)s: say why, here or in the remark.")
        faults[key] = [text % {"before": plain(was), "after": plain(now)}]
    if faults:
        raise Invalid(faults)


def check_answers(version: Published, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answers of criteria that are asked. Invalid names a value outside the scale and a link that
    is none by criterion, and no answer at all."""
    assert version.card is not None
    faults: dict[str, list[str]] = {}
    kept: dict[str, Answer] = {}
    for one in version.card.asked:
        answer = answers.get(one.key)
        if answer is None:
            continue
        value, link = answer.value, answer.link.strip()[:MAX_LINK]
        if value is not None and not 0 <= value <= TOP:
            text = _("Between 0 and 10, is %(value)s.") % {"value": plain(value)}
            faults.setdefault(one.key, []).append(text)
        if link and not link.startswith(("https://", "http://", "/")):
            faults.setdefault(one.key, []).append(_("A link begins with https:// or /."))
        kept[one.key] = Answer(value, answer.text.strip()[:MAX_TEXT], link)
    if faults:
        raise Invalid(faults)
    if all(one.value is None for one in kept.values()):
        raise Invalid({"": [_("Answer at least one criterion.")]})
    return kept


def _document(answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {
        "version": 1,
        "answers": {
            key: {
                name: text
                for name, text in (
                    ("value", "" if one.value is None else plain(one.value)),
                    ("text", one.text),
                    ("link", one.link),
                )
                if text
            }
            for key, one in answers.items()
            if one.value is not None or one.text or one.link
        },
    }


def fold_after(op: Recorder, rows: list[Record]) -> None:
    """After assessments were made, undone or binned: the scores of their opportunities."""
    ids = sorted({row.opportunity_id for row in rows if isinstance(row, Assessment)})
    fold_scores(ids, now=op.now, closed=True)
