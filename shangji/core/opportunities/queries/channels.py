"""Channels as options; few rows, kept for seconds per process."""

from collections.abc import Sequence

from django.utils.translation import get_language

from shangji.core.channels.models import Channel
from shangji.foundation.workspace.memory import Memory
from shangji.records.kinds import Option

_kept: Memory[list[Channel]] = Memory(2.0, in_transactions=True)


def forget_channels() -> None:
    """After a change of channels in this process."""
    _kept.forget()


def channels() -> list[Channel]:
    """Channels in use, in order."""
    return _kept.get(lambda: list(Channel.objects.filter(deleted_at=None, is_active=True)))


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
