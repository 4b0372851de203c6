"""Answers of questions that took longer than a page: worked out by a job, shown as of then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queries import job_for
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import NotFound
from shangji.lib.money import Totals
from shangji.lib.values import dataclass
from shangji.records.conditions import read_nodes
from shangji.records.description import RecordDescription, describe
from shangji.records.listing.patience import SECONDS, TooLong, patience
from shangji.records.listing.query import ListQuery
from shangji.records.listing.quick import NotQuick, is_long
from shangji.records.listing.shapes import LIST, Shape, Sight
from shangji.records.listing.state import ListState
from shangji.records.listing.sums import Sums
from shangji.ui.addresses import address

KIND = "records.list_answer"
#: rows of an answer that can be walked through; a filter finds the others sooner
MOST = 500


@dataclass(frozen=True)
class Answer:
    """The first ids of a list in its order, and its sums over all rows."""

    ids: tuple[int, ...]
    sums: Sums
    at: datetime | None = None


def question(description: RecordDescription, state: ListState) -> dict[str, Any]:
    """What a job is asked: all that the answer depends on."""
    return {
        "record_type": description.type,
        "conditions": [one.text for one in state.conditions],
        "sort": state.sort,
    }


def ask(actor: Actor, description: RecordDescription, state: ListState) -> Job:
    """Let a job work a list out, for the actor; one that is at it already is answered with."""
    asked = question(description, state)
    live = [Job.State.QUEUED, Job.State.RUNNING]
    known = Job.objects.filter(kind=KIND, state__in=live, created_by_id=actor.user_id)
    same = next((job for job in known.order_by("-pk")[:50] if job.params == asked), None)
    return same or enqueue(KIND, params=asked, actor=actor)


def work_out(actor: Actor, params: Mapping[str, Any]) -> dict[str, Any]:
    """The job's work, with the rights its person has now."""
    query = ListQuery(
        describe(params["record_type"]),
        actor,
        conditions=read_nodes(params["conditions"]),
        sort=params["sort"],
        is_patient=True,
    )
    sums = query.counted()
    return {
        "ids": query.ids(0, min(sums.count, MOST)),
        "count": sums.count,
        "counts": sums.counts,
        "totals": {
            key: [[code, str(amount)] for code, amount in totals]
            for key, totals in sums.totals.items()
        },
    }


def answer_of(
    actor: Actor, description: RecordDescription, state: ListState, pk: int
) -> tuple[Job, Answer | None]:
    """The job of a question and its answer, None while it works. NotFound for another question
    or somebody else's."""
    job = job_for(actor, pk)
    own = job.created_by_id == actor.user_id
    if job.kind != KIND or not own or job.params != question(description, state):
        raise NotFound(_("Not here, or not yours to see."))
    if job.state != Job.State.DONE or not isinstance(job.result, Mapping):
        return job, None
    told = job.result
    totals = {
        key: Totals([(code, Decimal(amount)) for code, amount in pairs])
        for key, pairs in told["totals"].items()
    }
    sums = Sums(told["count"], totals, dict(told["counts"]))
    return job, Answer(tuple(told["ids"]), sums, job.finished_at)


def known_sums(query: ListQuery, sums: Sums) -> Sums:
    """Sums without totals that the reader may not know of by now; zero for those that are new."""
    return replace(
        sums, totals={one.key: sums.totals.get(one.key, Totals()) for one in query.totals}
    )


def drawn(shape: Shape, sight: Sight) -> dict[str, Any]:
    """What a shape draws. A table over a long one has two seconds; then, or with an order that is
    known to take longer, "later" says that the question goes on in the background.

    `answer` in the address names the job that worked it out.
    """
    state, query = sight.state, sight.query
    if shape.key != LIST or query.group:
        return shape.draw(sight)
    named = sight.params.get("answer", "")
    if named.isdecimal() and len(named) < 19:
        job, found = answer_of(sight.actor, sight.description, state, int(named))
        if found is None:
            return _later(sight, job)
        query.held = replace(found, sums=known_sums(query, found.sums))
        told = {**shape.draw(sight), "answered_at": found.at, "ask_url": _ask_url(sight)}
        return {**told, "pager": _pager(told.get("pager") or {}, query, job)}
    if not is_long(sight.description.model):
        return shape.draw(sight)
    try:
        with patience(SECONDS):
            return shape.draw(sight)
    except (TooLong, NotQuick):
        return _later(sight)


def _pager(pager: Mapping[str, str], query: ListQuery, job: Job) -> dict[str, str]:
    """The other pages of the same answer, as far as it goes."""
    ends = {"next_url"} if query.number >= query.pages else set()
    return {
        name: f"{text}&answer={job.pk}" if text and name.endswith("_url") else text
        for name, text in pager.items()
        if name not in ends
    }


def _ask_url(sight: Sight) -> str:
    url = address("records:list_answer", sight.description.slug)
    return f"{url}{sight.state.query(sight.base)}"


def _later(sight: Sight, job: Job | None = None) -> dict[str, Any]:
    """Of a list without rows yet: how to ask for them, or how far the job is."""
    return {"sums": Sums(), "later": {"job": job, "ask": _ask_url(sight), "then": sight.here}}
