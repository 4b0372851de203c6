"""Reasons, competitors and channels: the lists a company keeps."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from shangji.core.channels.models import Channel
from shangji.core.opportunities.models import Competitor, Reason
from shangji.core.opportunities.queries.channels import forget_channels
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Invalid
from shangji.lib.ids import new_key

RIGHT = "settings.pipelines"
CHANNEL_KINDS = ("web", "mail", "search", "event", "referral", "media", "other")


def save_reason(
    *,
    actor: Actor,
    outcome: str,
    name_zh: str,
    name_en: str,
    now: datetime,
    parent: Reason | None = None,
    needs_note: bool = False,
    reason: Reason | None = None,
) -> Reason:
    """Add a reason for winning or losing, on the first or second level, or change one."""
    require_right(actor, RIGHT)
    fields: dict[str, Any] = {**_names(name_zh, name_en), "needs_note": needs_note}
    if outcome not in ("won", "lost"):
        raise Invalid({"outcome": [_("Choose won or lost.")]})
    if parent is not None and (parent.parent_id is not None or parent.outcome != outcome):
        raise Invalid({"parent": [_("Reasons have two levels.")]})
    with operation(actor, "reason.save", now=now) as op:
        if reason is not None:
            return op.update(op.lock(reason), fields)
        last = Reason.objects.aggregate(at=Max("position"))["at"] or 0
        row = Reason(outcome=outcome, parent=parent, key=_key(), position=last + 1, **fields)
        return op.created(row)


def use_reason(*, actor: Actor, reason: Reason, on: bool, now: datetime) -> Reason:
    """Offer a reason or no longer; a first-level one takes its second level along."""
    require_right(actor, RIGHT)
    with operation(actor, "reason.use", now=now) as op:
        for child in Reason.objects.select_for_update().filter(parent=reason, deleted_at=None):
            op.update(child, {"is_active": on})
        return op.update(op.lock(reason), {"is_active": on})


def save_competitor(
    *, actor: Actor, name: str, website: str, now: datetime, competitor: Competitor | None = None
) -> Competitor:
    """Add a competitor or change one; each name stands once."""
    require_right(actor, RIGHT)
    fields = {"name": name.strip()[:120], "website": website.strip()[:300]}
    if not fields["name"]:
        raise Invalid({"name": [_("Give it a name.")]})
    if fields["website"] and not fields["website"].startswith(("https://", "http://")):
        raise Invalid({"website": [_("Begin with https://")]})
    with operation(actor, "competitor.save", now=now) as op:
        twins = Competitor.objects.filter(name__iexact=fields["name"], deleted_at=None)
        if competitor is not None:
            twins = twins.exclude(pk=competitor.pk)
        if twins.exists():
            raise Invalid({"name": [_("There is one of this name.")]})
        if competitor is not None:
            return op.update(op.lock(competitor), fields)
        return op.created(Competitor(**fields))


def delete_competitor(*, actor: Actor, competitor: Competitor, now: datetime) -> None:
    """Into the bin; opportunities that name it keep it."""
    require_right(actor, RIGHT)
    with operation(actor, "competitor.delete", now=now) as op:
        op.deleted(op.lock(competitor))


def save_channel(
    *,
    actor: Actor,
    name_zh: str,
    name_en: str,
    kind: str,
    now: datetime,
    channel: Channel | None = None,
) -> Channel:
    """Add a channel or rename one."""
    require_right(actor, RIGHT)
    if kind not in CHANNEL_KINDS:
        raise Invalid({"kind": [_("Choose a kind from the list.")]})
    fields = {**_names(name_zh, name_en), "kind": kind}
    with operation(actor, "channel.save", now=now) as op:
        if channel is not None:
            row = op.update(op.lock(channel), fields)
        else:
            last = Channel.objects.aggregate(at=Max("position"))["at"] or 0
            row = op.created(Channel(key=_key(), position=last + 1, **fields))
    forget_channels()
    return row


def use_channel(*, actor: Actor, channel: Channel, on: bool, now: datetime) -> Channel:
    """Offer a channel or no longer; touches keep theirs."""
    require_right(actor, RIGHT)
    with operation(actor, "channel.use", now=now) as op:
        row = op.update(op.lock(channel), {"is_active": on})
    forget_channels()
    return row


def _key() -> str:
    return new_key("own")[:40]


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    """Both names; one given stands for the other."""
    zh, en = name_zh.strip()[:60], name_en.strip()[:60]
    if not zh and not en:
        raise Invalid({"name_zh": [_("Give it a name.")]})
    return {"name_zh": zh or en, "name_en": en or zh}
