"""Shape scorecards: save the draft, publish it, say which card gives the score."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.models import Scorecard, ScorecardVersion
from shangji.phases.evaluate.queries.scorecards import RIGHT, forget_scorecards
from shangji.phases.evaluate.rules.scorecards import Card, check, read_document, to_document


def save_scorecard(
    *,
    actor: Actor,
    name_zh: str,
    name_en: str,
    card: Card,
    now: datetime,
    scorecard: Scorecard | None = None,
    version: int | None = None,
) -> Scorecard:
    """Save the draft of a card, or begin one. What is published stays until it is published.

    Args:
        version: the row version the person looked at; a clash raises Conflict.
    Invalid when the weights do not add up to 1 (it says the sum) or a criterion says nothing.
    """
    require_right(actor, RIGHT)
    zh, en = name_zh.strip()[:60], name_en.strip()[:60]
    if not zh and not en:
        raise Invalid({"name": [_("Give it a name.")]})
    check(card)
    fields = {"name_zh": zh or en, "name_en": en or zh, "draft": to_document(card)}
    with operation(actor, "scorecard.save", now=now) as op:
        if scorecard is not None:
            row = op.update(op.lock(scorecard), fields, version=version)
        else:
            last = Scorecard.objects.aggregate(at=Max("position"))["at"] or 0
            row = op.created(Scorecard(position=last + 1, **fields))
    forget_scorecards()
    return row


def publish_scorecard(*, actor: Actor, scorecard: Scorecard, now: datetime) -> ScorecardVersion:
    """Make the draft the version that new assessments use. Old assessments keep theirs.

    Invalid when nothing changed since the last one, or the draft is broken. The scores of all
    open opportunities are worked out anew by a job.
    """
    require_right(actor, RIGHT)
    with operation(actor, "scorecard.publish", now=now) as op:
        row = op.lock(scorecard)
        read_document(row.draft)
        last = row.versions.order_by("-number").first()
        if last is not None and last.definition == row.draft:
            raise Invalid.whole(_("Nothing changed since version %(n)s.") % {"n": last.number})
        made = ScorecardVersion.objects.create(
            scorecard=row,
            number=last.number + 1 if last else 1,
            definition=row.draft,
            published_at=now,
            published_by_id=actor.user_id,
        )
        op.note(row, "published", last.number if last else None, made.number)
        if row.is_default:
            enqueue("evaluate.rescore", actor=actor)
    forget_scorecards()
    return made


def make_default(*, actor: Actor, scorecard: Scorecard, now: datetime) -> Scorecard:
    """Let this card give every open opportunity its score and grade."""
    require_right(actor, RIGHT)
    if not scorecard.versions.exists():
        raise Invalid.whole(_("Publish it first; then it can give the score."))
    with operation(actor, "scorecard.default", now=now) as op:
        # the old one first: the database allows one
        for row in Scorecard.objects.select_for_update().filter(is_default=True):
            if row.pk != scorecard.pk:
                op.update(row, {"is_default": False})
        row = op.update(op.lock(scorecard), {"is_default": True, "is_active": True})
        enqueue("evaluate.rescore", actor=actor)
    forget_scorecards()
    return row


def use_scorecard(*, actor: Actor, scorecard: Scorecard, on: bool, now: datetime) -> Scorecard:
    """Offer a card or no longer; its assessments stay. Invalid for the one that gives the score."""
    require_right(actor, RIGHT)
    with operation(actor, "scorecard.use", now=now) as op:
        row = op.lock(scorecard)
        if row.is_default and not on:
            raise Invalid.whole(_("This card gives the score. Let another one do so first."))
        row = op.update(row, {"is_active": on})
    forget_scorecards()
    return row
