"""The market, competition and resources tiles of the go / no-go one-pager."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.lib.money import format_short
from shangji.phases.evaluate.queries.competition import rivals_on
from shangji.phases.evaluate.queries.decision import DecisionLine, Tone
from shangji.phases.evaluate.queries.demand import plan_for
from shangji.phases.evaluate.queries.market import market_of, share_of_market, size_of
from shangji.ui.templatetags.ui import show_percent


def market_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """The likely SOM of the market, and this opportunity's share of it."""
    market = market_of(opportunity)
    if market is None or not actor.may("read", "market"):
        return None
    size = size_of(actor, market, now)
    som, locale = size.som, get_language() or "en"
    words = [market.name]
    share = share_of_market(actor, opportunity, size, now)
    if share is not None:
        words.append(_("this opportunity is %(part)s of it") % {"part": show_percent(share)})
    if size.gap is not None and not size.gap.agrees:
        words.append(size.words.rstrip(".。"))
    currency = market.currency
    return DecisionLine(
        label=_("Market"),
        figure=f"SOM {format_short(som.likely, currency, locale)}" if som else _("SOM open"),
        words=" · ".join(words),
        tone="plain",
        url=reverse("evaluate:market", kwargs={"pk": opportunity.pk}),
    )


def competition_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """Who is on the deal, and how often we win against them."""
    lines = rivals_on(actor, opportunity, now) if actor.may("read", "competitor") else []
    if not lines:
        return None
    words, tone = [], "plain"
    for line in lines:
        share = line.rate.share
        if share is None:
            counts = {"won": line.rate.won, "n": line.rate.decided}
            said = _("%(won)s of %(n)s won") % counts if line.rate.decided else _("none decided")
        else:
            said = _("%(part)s won, n %(n)s") % {"part": show_percent(share.share), "n": share.n}
            # the whole interval on one side of a half
            tone = "bad" if share.high < 0.5 else "good" if share.low > 0.5 else tone
        words.append(f"{line.competitor.name}: {said}")
    if any(line.overdue for line in lines):
        words.append(_("a battlecard is past its review"))
    found: Tone = "bad" if tone == "bad" else "good" if tone == "good" else "plain"
    return DecisionLine(
        label=_("Competition"),
        figure=ngettext("%(n)s competitor", "%(n)s competitors", len(lines)) % {"n": len(lines)},
        words=" · ".join(words),
        tone=found,
        url=reverse("evaluate:competition", kwargs={"pk": opportunity.pk}),
    )


def resources_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """How much of the delivery has somebody, booked or proposed."""
    if not actor.may("read", "demand"):
        return None
    plan = plan_for(actor, [opportunity], now)
    lines = plan.of(opportunity.pk)
    if not lines:
        return None
    covered = plan.covered(opportunity.pk)
    booked = sum(1 for one in lines if one.booking)
    words = [_("%(n)s booked") % {"n": booked}]
    missing = [one.demand.name for one in lines if not one.booking and not one.proposed]
    if missing:
        words.append(_("nobody for %(names)s") % {"names": _(", ").join(missing)})
    tone: Tone = "good" if covered == len(lines) else "warn" if covered else "bad"
    return DecisionLine(
        label=_("Resources"),
        figure=f"{covered} / {len(lines)}",
        words=" · ".join(words),
        tone=tone,
        url=reverse("evaluate:resources", kwargs={"pk": opportunity.pk}),
    )
