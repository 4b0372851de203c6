"""Channels as options; few rows, kept for seconds per process."""

import time
from collections.abc import Sequence

from django.utils.translation import get_language

from shangji.core.channels.models import Channel
from shangji.records.kinds import Option

_kept: tuple[float, list[Channel]] | None = None


def forget_channels() -> None:
    """After a change of channels in this process."""
    global _kept
    _kept = None


def channels() -> list[Channel]:
    """Channels in use, in order."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > 2.0:
        _kept = (time.monotonic(), list(Channel.objects.filter(deleted_at=None, is_active=True)))
    return _kept[1]


def channel_options() -> Sequence[Option]:
    chinese = (get_language() or "").startswith("zh")
    return [
        Option(
            str(one.pk),
            one.name_zh if chinese else one.name_en,
            also=(one.name_zh.casefold(), one.name_en.casefold(), one.key),
        )
        for one in channels()
    ]
