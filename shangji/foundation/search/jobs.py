"""Fill the index anew, type by type."""

import time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.foundation.search import index, spelling, upkeep


@job("search.reindex", label=_("Build the search index"))
def run(ctx: JobContext, *, record_type: str = "") -> dict[str, int]:
    """All types, or one. A repeat goes on after the last chunk."""
    types = [record_type] if record_type else list(index.searchable_types())
    counts: dict[str, int] = {}
    for place, key in enumerate(types):
        ctx.progress(place, len(types), key)
        after = int(ctx.job.checkpoint.get(key, 0))
        if after < 0:
            continue
        counts[key] = _one_type(ctx, key, after)
    ctx.progress(len(types), len(types))
    return counts


def _one_type(ctx: JobContext, key: str, after: int) -> int:
    written = 0
    while True:
        with transaction.atomic():
            count, last = index.reindex_chunk(key, after)
            ctx.checkpoint({**ctx.job.checkpoint, key: last})
        written += count
        if last < 0:
            return written
        after = last
        ctx.raise_if_cancelled()


@job("search.forget_words", label=_("Forget words that no record holds any more"))
def forget_words(ctx: JobContext) -> dict[str, int]:
    """Names of people whose records are gone must not stay behind as spellings."""
    after = 0
    while True:
        with transaction.atomic():
            after = spelling.forget_unused(after)
        if not after:
            return {}
        ctx.raise_if_cancelled()


@job("search.tidy", label=_("Tidy the search index"))
def tidy(ctx: JobContext) -> dict[str, int]:
    """Bring the parts together that a day of writes left, a little at a time."""
    while True:
        with transaction.atomic():
            is_more = upkeep.tidy(_PAGES)
        if not is_more:
            return {}
        ctx.raise_if_cancelled()
        time.sleep(_PAUSE)  # whoever waits for the lock comes first


#: pages of the index written under one lock (some 10 ms), and seconds between two of them
_PAGES, _PAUSE = 250, 0.05

schedule("search.forget_words", daily_at="04:10")
schedule("search.tidy", daily_at="04:20")
