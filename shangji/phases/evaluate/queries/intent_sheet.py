"""The intent of one opportunity as its page shows it, and what a changed rule would do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from shangji.core.activities.choices import ICONS, KINDS
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Channel, Touch
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import Forbidden
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import IntentRule
from shangji.phases.evaluate.queries.decision import DecisionLine
from shangji.phases.evaluate.queries.intent import current_intent_rule, events_of, intents
from shangji.phases.evaluate.queries.standing import stood
from shangji.phases.evaluate.rules.intent import Counted, Rule, count_events, total

SHOWN: Final = 200
PREVIEWED: Final = 20
MEDIUMS: Final = 24


@dataclass(frozen=True)
class EventLine:
    """One event: what happened, and what it is worth of the whole."""

    counted: Counted
    icon: str
    words: str
    detail: str
    url: str
    share: float
    why: str


@dataclass(frozen=True)
class IntentSheet:
    """The score of this moment and its events; `hidden` is what the reader may not see singly."""

    value: Decimal
    before: Decimal
    rule: Rule
    row: IntentRule | None
    lines: list[EventLine]
    left_out: int
    hidden: Decimal
    counting: int

    @property
    def change(self) -> Decimal:
        """Against 30 days ago, by the same rule."""
        return (self.value - self.before).quantize(Decimal("0.1"))


def intent_sheet(actor: Actor, opportunity: Opportunity, *, now: datetime) -> IntentSheet:
    """Every event with its points. The caller may see the opportunity; Forbidden where the
    reader's role hides intent."""
    if "intent" in actor.hidden_fields("opportunity"):
        raise Forbidden(_("Your role does not show intent."))
    row, rule = current_intent_rule()
    counted = count_events(
        rule, events_of([opportunity.pk], rule=rule, now=now).get(opportunity.pk, ()), now=now
    )
    then = now - timedelta(days=30)
    before = count_events(
        rule, events_of([opportunity.pk], rule=rule, now=then).get(opportunity.pk, ()), now=then
    )
    value = total(counted)
    seen = _seen(actor, opportunity, counted)
    shown = sorted(seen, key=lambda one: one.event.at, reverse=True)[:SHOWN]
    return IntentSheet(
        value=value,
        before=total(before),
        rule=rule,
        row=row,
        lines=_lines(opportunity, shown, value),
        left_out=len(seen) - len(shown),
        hidden=value - total(seen),
        counting=sum(not one.why for one in counted),
    )


def _seen(actor: Actor, opportunity: Opportunity, counted: list[Counted]) -> list[Counted]:
    """Events the reader may see one by one, as the timeline shows them."""
    if "channel" in actor.hidden_fields("opportunity"):
        counted = [one for one in counted if one.event.source != "touch"]
    ids = [one.event.key for one in counted if one.event.source == "touch"]
    loose = set(Touch.objects.filter(pk__in=ids, opportunity_id=None).values_list("pk", flat=True))
    if loose and not (
        model_queryset(Contact).visible_to(actor).filter(pk=opportunity.contact_id).exists()
    ):
        counted = [one for one in counted if one.event.key not in loose]
    return counted


def _lines(opportunity: Opportunity, counted: Sequence[Counted], value: Decimal) -> list[EventLine]:
    touches = Touch.objects.select_related("channel").in_bulk(
        [one.event.key for one in counted if one.event.source == "touch"]
    )
    activities = Activity.objects.in_bulk(
        [one.event.key for one in counted if one.event.source == "activity"]
    )
    whys = {
        "machine": _("by a machine: counts nothing"),
        "cap": _("over the day's limit: counts nothing"),
        "unlisted": _("not in the rule: counts nothing"),
    }
    timeline = reverse("records:page", kwargs={"slug": "opportunities", "pk": opportunity.pk})
    found = []
    for one in counted:
        share = float(one.now / value) if value else 0.0
        why = whys.get(one.why, "")
        if one.event.source == "activity":
            activity = activities[one.event.key]
            url = reverse("records:page", kwargs={"slug": "activities", "pk": activity.pk})
            icon, words, detail = ICONS[activity.kind], activity.subject, activity.outcome
        else:
            touch = touches[one.event.key]
            # the page of the timeline that begins with it, and its own line there
            above = urlencode({"type": "touch", "before": f"{touch.at.isoformat()}|u"})
            url = f"{timeline}?{above}#e-t{touch.pk:015d}"
            words = " · ".join(filter(None, (touch.source, touch.medium)))
            channel = touch.channel.name if touch.channel else ""
            words = words or channel or _("Touch")
            detail = " · ".join(filter(None, (channel, touch.campaign, touch.page)))
            icon = "robot" if touch.is_machine else "eye"
        found.append(EventLine(one, icon, words, detail, url, share, why))
    return found


@dataclass(frozen=True)
class RuleRow:
    """A line of the rule as the form shows it; `title` in words."""

    by: str
    value: str
    title: str
    points: Decimal | None
    cap: int | None


def rule_rows(rule: Rule) -> list[RuleRow]:
    """Every sort of event a rule may name, with what this rule says of it: done activities,
    mediums that were seen, channels in use, and any other touch."""
    said = {(one.by, one.value.casefold()): one for one in rule.lines}

    def row(by: str, value: str, title: str) -> RuleRow:
        line = said.pop((by, value.casefold()), None)
        return RuleRow(by, value, title, line.points if line else None, line.cap if line else None)

    kinds = {one.value: str(one.label) for one in KINDS}
    rows = [row("activity", kind, kinds[kind]) for kind in Activity.WITH_CUSTOMER]
    mediums = Touch.objects.exclude(medium="").order_by().values_list("medium", flat=True)
    seen = sorted(set(mediums.distinct()[:MEDIUMS]), key=str.casefold)
    rows += [row("medium", one, one) for one in seen]
    rows += [row("channel", one.key, one.name) for one in Channel.objects.filter(is_active=True)]
    rows.append(row("touch", "", _("Any other touch")))
    rows += [RuleRow(one.by, one.value, one.value, one.points, one.cap) for one in said.values()]
    order = {"activity": 0, "medium": 1, "channel": 2, "touch": 3}
    return sorted(rows, key=lambda one: order[one.by])


@dataclass(frozen=True)
class Preview:
    """What a rule would make of one opportunity."""

    opportunity: Opportunity
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return (self.after - self.before).quantize(Decimal("0.1"))


def preview_of(actor: Actor, rule: Rule, *, now: datetime) -> list[Preview]:
    """The open opportunities this actor sees with the highest intent now, under another rule."""
    rows: Any = model_queryset(Opportunity).visible_to(actor).filter(status="open")
    chosen = list(
        rows.filter(standing__intent__gt=0)
        .select_related("standing")
        .order_by("-standing__intent", "pk")[:PREVIEWED]
    )
    after = {pk: total(found) for pk, found in intents([o.pk for o in chosen], rule=rule, now=now)}
    found = [Preview(one, one.standing.intent, after[one.pk]) for one in chosen]
    return sorted(found, key=lambda one: (-one.after, one.opportunity.pk))


def decision_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """Intent on the go / no-go sheet."""
    if "intent" in actor.hidden_fields("opportunity"):
        return None
    found = stood(opportunity, now)
    if found is None or not found.standing.intent:
        return None
    _row, rule = current_intent_rule()
    words = _("What people there did lately; half as much after %(n)s days") % {
        "n": rule.half_life_days
    }
    return DecisionLine(
        label=_("Intent"),
        figure=f"{found.standing.intent:.1f}",
        words=words,
        tone="plain",
        url=reverse("evaluate:intent", kwargs={"pk": opportunity.pk}),
    )
