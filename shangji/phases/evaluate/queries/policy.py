"""From which value on a decision is asked for and approved, and a register kept."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity, Stage
from shangji.core.opportunities.queries.exits import Gap
from shangji.foundation.workspace.queries import current_workspace, rates_on, today
from shangji.lib.money import Totals, format_short
from shangji.lib.phases import PHASE_KEYS
from shangji.phases.evaluate.models import DecisionPolicy
from shangji.phases.evaluate.queries.risk import gap_words, states_of
from shangji.phases.evaluate.rules.risk import register_gaps

_EVALUATE = PHASE_KEYS.index("evaluate")


def decision_policy() -> DecisionPolicy:
    """The workspace's rules; all off until somebody sets them."""
    found = DecisionPolicy.objects.filter(pk=1).first()
    return found or DecisionPolicy(pk=1)


def home_value(opportunity: Opportunity, day: date) -> tuple[Decimal | None, str]:
    """The amount in the workspace's currency by that day's rate, and that currency. None without
    an amount or without a rate: then nobody knows what it is worth here."""
    home = current_workspace().currency
    if opportunity.amount is None:
        return None, home
    if opportunity.currency == home:
        return opportunity.amount, home
    sums = Totals([(opportunity.currency, opportunity.amount)]).convert(home, rates_on(day))
    return (None if len(sums.apart) else sums.amount), home


def reaches(opportunity: Opportunity, limit: Decimal | None, day: date) -> bool:
    """Whether an opportunity is worth a limit or more. Of an amount in a currency without a rate
    nobody can say, so it counts as reaching; without any amount it does not."""
    if limit is None or opportunity.amount is None:
        return False
    value, _home = home_value(opportunity, day)
    return value is None or value >= limit


def leaves_evaluation(opportunity: Opportunity, stage: Stage) -> bool:
    """Whether a move takes an open opportunity past evaluate; losing it is not going on."""
    if opportunity.status != Opportunity.OPEN or stage.kind == Stage.LOST:
        return False
    return PHASE_KEYS.index(opportunity.phase) <= _EVALUATE < PHASE_KEYS.index(stage.phase)


def register_gaps_before(opportunity: Opportunity, stage: Stage, now: datetime) -> list[Gap]:
    """The exit check: what the risk register of a large opportunity lacks."""
    if not leaves_evaluation(opportunity, stage):
        return []
    day, limit = today(now=now), decision_policy().register_over
    if not reaches(opportunity, limit, day):
        return []
    gaps = register_gaps(states_of(opportunity), day)
    url = reverse("evaluate:risks_of", kwargs={"pk": opportunity.pk})
    verb = _("Open the register") if not gaps.is_empty else _("Begin the register")
    return [Gap(text, url, verb) for text in gap_words(gaps)]


def affected_by(limit: Decimal) -> int:
    """How many open opportunities in identify and evaluate are worth a limit or more and have
    no open risk yet: what a settings page says before the rule is switched on."""
    home = current_workspace().currency
    rows = Opportunity.objects.alive().filter(
        status=Opportunity.OPEN, phase__in=PHASE_KEYS[: _EVALUATE + 1], currency=home
    )
    rows = rows.filter(amount__gte=limit)
    alive = Count("risks", filter=Q(risks__deleted_at=None))
    return rows.annotate(risk_rows=alive).filter(risk_rows=0).count()


def limit_words(limit: Decimal | None) -> str:
    """An amount of the policy as people read it; "off" without one."""
    if limit is None:
        return _("off")
    return format_short(limit, current_workspace().currency, get_language() or "en")
