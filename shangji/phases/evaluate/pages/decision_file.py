"""The one-pager on paper."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible
from shangji.lib.dates import format_date, format_instant
from shangji.lib.money import format_exact
from shangji.phases.evaluate.models import Decision
from shangji.phases.evaluate.queries.deciding import decision_context
from shangji.phases.evaluate.queries.decision_sheet import decision_tiles
from shangji.records.pages.answers import actor_of
from shangji.records.pdf import MEDIA_TYPE, render_pdf

TEMPLATE = Path(__file__).parent.parent / "templates" / "evaluate" / "decision.typ"


@login_required
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Every section in a line, what was decided and on which figures."""
    actor, now = actor_of(request), timezone.now()
    deal = get_visible(Opportunity, actor, pk)
    name = getattr(actor.user, "name", "")
    body = render_pdf(
        TEMPLATE,
        _data(actor, deal, now),
        title=deal.name,
        made=_("%(name)s, %(when)s") % {"name": name, "when": _when(now)},
        now=now,
    )
    answer = HttpResponse(body, content_type=MEDIA_TYPE)
    file_name = f"{deal.name} {_('Decision')}.pdf"
    answer.headers["Content-Disposition"] = content_disposition_header(True, file_name) or ""
    return answer


def _data(actor: Actor, deal: Opportunity, now: datetime) -> dict[str, Any]:
    about = [stage_by_id(deal.stage_id).name]
    hidden = actor.hidden_fields("opportunity")
    may_see = "amount" not in hidden
    if deal.amount is not None and may_see:
        about.append(format_exact(deal.amount, deal.currency, get_language() or "en"))
    if deal.owner is not None:
        about.append(deal.owner.name)
    found = decision_context(actor, deal, now)
    rows = [one for one in (found["waiting"], found["stands"], *found["earlier"]) if one]
    return {
        "about": " · ".join(about),
        "tiles": [
            {
                "label": str(one.label),
                "figure": str(one.line.figure) if one.line else "–",
                "words": str(one.line.words if one.line else one.hint),
                "tone": one.line.tone if one.line else "plain",
            }
            for one in decision_tiles(actor, deal, now)
        ],
        "decisions": [_decision(one) for one in rows],
    }


def _decision(one: Decision) -> dict[str, Any]:
    by = [person.name for person in (one.asked_by, one.decided_by) if person is not None]
    parts = [" → ".join(dict.fromkeys(by)), _when(one.decided_at or one.created_at)]
    if one.state == Decision.ASKED:
        parts.append(_("Waits for approval"))
    if one.state == Decision.REFUSED:
        parts.append(_("Refused"))
    if one.returns_on is not None:
        day = format_date(one.returns_on, get_language() or "en")
        parts.append(_("Comes back by itself on %(back)s") % {"back": day})
    if one.answer:
        parts.append(one.answer)
    keys = ("label", "figure", "words")
    return {
        "title": one.get_verdict(),
        "reason": one.reason,
        "by": " · ".join(part for part in parts if part),
        "lines": [{key: str(line.get(key, "")) for key in keys} for line in _lines(one)],
    }


def _lines(one: Decision) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one.snapshot.get("lines", [])
    return found


def _when(at: datetime) -> str:
    return format_instant(at, timezone.get_current_timezone(), get_language() or "en")
