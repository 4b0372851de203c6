"""Intent read: the rule that counts, the events of opportunities, what each is worth."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shangji.core.activities.models import Activity
from shangji.core.channels.models import Channel, Touch
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import zone
from shangji.phases.evaluate.models import IntentRule
from shangji.phases.evaluate.queries.standing import within
from shangji.phases.evaluate.rules.intent import (
    DEFAULT_LINES,
    HALF_LIFE_DAYS,
    Counted,
    Event,
    Line,
    Rule,
    count_events,
    line_for,
    quick_total,
    read_rule,
    total,
)

CHUNK = 5000
_NOTHING = Decimal(0)


def current_intent_rule() -> tuple[IntentRule | None, Rule]:
    """The newest rule that can be read, and what it says; the default before there is one."""
    for row in IntentRule.objects.filter(deleted_at=None).order_by("-number")[:20]:
        try:
            return row, read_rule(row.half_life_days, row.lines)
        except (ValueError, KeyError, TypeError, ArithmeticError):
            continue
    return None, read_rule(HALF_LIFE_DAYS, DEFAULT_LINES)


def rule_versions(actor: Actor) -> Sequence[IntentRule]:
    """The versions there were, newest first."""
    rows = model_queryset(IntentRule).visible_to(actor).select_related("created_by")
    return list(rows.order_by("-number")[:20])


def is_broken(row: IntentRule) -> bool:
    try:
        read_rule(row.half_life_days, row.lines)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return True
    return False


def source_of(row: IntentRule | None) -> str:
    """What a point of the drift names: "intent:v3"; v0 is the rule a workspace begins with."""
    return f"intent:v{row.number if row else 0}"


def events_of(pks: Sequence[int], *, rule: Rule, now: datetime) -> dict[int, list[Event]]:
    """Touches and done activities of opportunities as far back as the rule reaches.

    A touch of the opportunity's contact that names no opportunity counts for it too. Three
    queries, however many opportunities.
    """
    found: dict[int, list[Event]] = defaultdict(list)
    since = now - timedelta(days=rule.reach_days)
    here = zone()
    channels = dict(Channel.objects.values_list("pk", "key"))
    columns = ("pk", "at", "channel_id", "medium", "is_machine")
    window = {"at__gt": since, "at__lte": now}
    own = Touch.objects.filter(opportunity_id__in=pks, **window)
    for target, *row in own.values_list("opportunity_id", *columns):
        found[target].append(_touch(row, channels, here))
    loose = Opportunity.objects.filter(
        pk__in=pks,
        contact__touches__opportunity_id=None,
        contact__touches__at__gt=since,
        contact__touches__at__lte=now,
    )
    names = [f"contact__touches__{name}" for name in columns]
    for target, *row in loose.order_by().values_list("pk", *names):
        found[target].append(_touch(row, channels, here))
    done = Activity.objects.filter(
        opportunity__in=pks,
        deleted_at=None,
        done_at__gt=since,
        done_at__lte=now,
        kind__in=Activity.WITH_CUSTOMER,
    )
    for target, pk, at, kind in done.values_list("opportunity_id", "pk", "done_at", "kind"):
        assert at is not None  # filtered above
        found[target].append(Event("activity", pk, at, at.astimezone(here).date(), kind=kind))
    return found


def _touch(row: Sequence[Any], channels: dict[int, str], here: Any) -> Event:
    pk, at, channel, medium, is_machine = row
    return Event(
        "touch",
        pk,
        at,
        at.astimezone(here).date(),
        channel=channels.get(channel, ""),
        medium=medium,
        is_machine=is_machine,
    )


def intents(
    pks: Iterable[int], *, rule: Rule, now: datetime
) -> Iterator[tuple[int, list[Counted]]]:
    """Every given opportunity with its counted events, in chunks."""
    wanted = sorted(set(pks))
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        events = events_of(chunk, rule=rule, now=now)
        for pk in chunk:
            yield pk, count_events(rule, events.get(pk, ()), now=now)


def intent_values(pks: Sequence[int], *, rule: Rule, now: datetime) -> dict[int, Decimal]:
    """The intent of every given opportunity as of now, for many at once: rows in place of
    objects, and event by event only where a day's limit or the rounding asks for it."""
    since = now - timedelta(days=rule.reach_days)
    found: dict[int, list[tuple[Line, float]]] = {pk: [] for pk in pks}
    for pk, line, at in _lines_of(pks, rule=rule, since=since, now=now):
        events = found.get(pk)
        if events is not None:
            events.append((line, (now - at).total_seconds() / 86400))
    values: dict[int, Decimal] = {}
    exactly = []
    for pk, events in found.items():
        value = quick_total(rule, events) if events else _NOTHING
        if value is None:
            exactly.append(pk)
        else:
            values[pk] = value
    values |= {pk: total(counted) for pk, counted in intents(exactly, rule=rule, now=now)}
    return values


def _lines_of(
    pks: Sequence[int], *, rule: Rule, since: datetime, now: datetime
) -> Iterator[tuple[int, Line, datetime]]:
    """Opportunity, line of the rule and moment of every event by people that the rule lists:
    what `events_of` finds, and a few of other opportunities whose ids lie between."""
    channels = dict(Channel.objects.values_list("pk", "key"))
    lines: dict[tuple[int | None, str], Line | None] = {}

    def line_of(channel: int | None, medium: str) -> Line | None:
        key = (channel, medium)
        if key not in lines:
            one = Event("touch", 0, now, now.date(), channel=channels.get(channel or 0, ""),
                        medium=medium)  # fmt: skip
            lines[key] = line_for(rule, one)
        return lines[key]

    window = {"at__gt": since, "at__lte": now, "is_machine": False}
    own: Any = Touch.objects.filter(within("opportunity_id", pks), **window).order_by()
    loose: Any = Opportunity.objects.filter(
        within("pk", pks),
        contact__touches__opportunity_id=None,
        **{f"contact__touches__{name}": value for name, value in window.items()},
    ).order_by()
    columns = ("at", "channel_id", "medium")
    for rows in (
        own.values_list("opportunity_id", *columns),
        loose.values_list("pk", *(f"contact__touches__{name}" for name in columns)),
    ):
        for pk, at, channel, medium in rows:
            line = line_of(channel, medium)
            if line is not None:
                yield pk, line, at
    kinds = [one for one in Activity.WITH_CUSTOMER if ("activity", one) in rule.index]
    done = Activity.objects.filter(
        within("opportunity", pks), deleted_at=None, done_at__gt=since, done_at__lte=now,
        kind__in=kinds,
    ).order_by()  # fmt: skip
    for target, at, kind in done.values_list("opportunity_id", "done_at", "kind"):
        assert target is not None and at is not None  # filtered above
        yield target, rule.index["activity", kind], at


def worth_counting(now: datetime, rule: Rule) -> Q:
    """Opportunities whose intent may differ from nothing, or has to become it."""
    since = now - timedelta(days=rule.reach_days)
    loose = Touch.objects.filter(
        contact=OuterRef("contact"), opportunity_id=None, at__gt=since, is_machine=False
    )
    return (
        Q(last_contact_at__gt=since)
        | Q(last_touch__at__gt=since)
        | Q(standing__intent__gt=0)
        | Q(Exists(loose))
    )
