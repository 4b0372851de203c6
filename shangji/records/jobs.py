"""Long work of the record engine: wide bulk changes, emptying the bin."""

from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.records.actions.answers import forget_answers
from shangji.records.actions.bin import empty_bin
from shangji.records.actions.bulk import bulk_delete, bulk_edit
from shangji.records.change import read_change, read_seen
from shangji.records.conditions import read_nodes
from shangji.records.custom.indexes import tend
from shangji.records.custom.purging import purge_fields
from shangji.records.description import describe
from shangji.records.duplicates import jobs as duplicate_jobs  # noqa: F401 - the same
from shangji.records.imports import jobs as import_jobs  # noqa: F401 - registers its kinds
from shangji.records.listing import answers
from shangji.records.whole import jobs as whole_jobs  # noqa: F401 - registers its kind


@job("records.bulk", atomic=True, label=_("Change many records"))
def bulk_change(
    ctx: JobContext,
    *,
    record_type: str,
    verb: str,
    ids: list[int] | None,
    conditions: list[str],
    posted: dict[str, list[str]],
) -> dict[str, Any]:
    """One bulk verb over many rows, with the rights its person has now (ACC-11)."""
    description = describe(record_type)
    given = QueryDict(mutable=True)
    for key, values in posted.items():
        given.setlist(key, values)
    change = read_change(description, ctx.actor, verb, given)
    common: dict[str, Any] = {
        "actor": ctx.actor,
        "record_type": record_type,
        "ids": ids,
        "conditions": read_nodes(conditions) if ids is None else None,
        "now": ctx.now,
    }
    if verb == "delete":
        result = bulk_delete(**common)
    else:
        result = bulk_edit(
            values=change.values,
            add_tags=change.add,
            drop_tags=change.drop,
            versions=read_seen(given.getlist("seen")),
            **common,
        )
    return {"done": result.done, "left": result.left, "operation": result.operation_id}


@job(answers.KIND, label=_("Work out a long list"))
def work_out_list(ctx: JobContext, **asked: Any) -> dict[str, Any]:
    """What no index serves, in the shape it is shown in, with the rights its person has now."""
    return answers.work_out(ctx.actor, asked, ctx.now, ctx.raise_if_cancelled)


@job("records.empty_bin", label=_("Empty the recycle bin"))
def empty_old(ctx: JobContext) -> dict[str, int]:
    """What lies in the bin for more than 30 days goes for good."""
    return empty_bin(actor=ctx.actor, now=ctx.now)


@job(
    "records.purge_fields", lease=timedelta(minutes=30), label=_("Remove values of deleted fields")
)
def purge_deleted_fields(ctx: JobContext) -> dict[str, int]:
    """Fields that lie in the bin for more than 30 days go for good, and their values with them."""
    return purge_fields(actor=ctx.actor, now=ctx.now)


@job("records.indexes", lease=timedelta(minutes=30), label=_("Make indexes of fields"))
def tend_indexes(ctx: JobContext) -> dict[str, int]:
    """Indexes of added fields are made where they are missing, dropped where nobody wants them."""
    return tend()


@job("records.forget_answers", label=_("Forget answers kept for repeats"))
def forget_old_answers(ctx: JobContext) -> int:
    """Answers kept for requests that might come twice go after two days."""
    return forget_answers(now=ctx.now)


schedule("records.indexes", daily_at="03:50")
schedule("records.purge_fields", daily_at="03:30")
schedule("records.forget_answers", daily_at="03:40")
schedule("records.empty_bin", daily_at="03:20")
