"""Lists that take longer than a page: a job notes down what they ask, shown as of then."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.queries import job_for
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.dates import known_zone
from shangji.lib.errors import NotFound
from shangji.records.conditions import read_nodes
from shangji.records.description import RecordDescription, describe
from shangji.records.listing.notes import Notes
from shangji.records.listing.patience import TooLong, bounded
from shangji.records.listing.query import ListQuery, query_of
from shangji.records.listing.quick import NotQuick
from shangji.records.listing.shapes import LIST, Shape, Sight, shape_named
from shangji.records.listing.state import ListState, check_state
from shangji.records.listing.sums import Sums
from shangji.ui.addresses import address

KIND = "records.list_answer"


def question(actor: Actor, description: RecordDescription, state: ListState) -> dict[str, Any]:
    """What a job is asked: all that the answer depends on, how far its person sees among it."""
    return {
        "record_type": description.type,
        "conditions": [one.text for one in state.conditions],
        "sort": state.sort,
        "group": state.group,
        "columns": list(state.columns),
        "shape": state.shape,
        "by": state.by,
        "on": state.on,
        # the pages of a table are parts of one answer
        "page": 1 if state.shape == LIST else state.page,
        "scope": actor.scope("read", description.type).name,
    }


def ask(actor: Actor, description: RecordDescription, state: ListState) -> Job:
    """Let a job work a list out, for the actor; one that is at it already is answered with."""
    asked = question(actor, description, state)
    live = [Job.State.QUEUED, Job.State.RUNNING]
    known = Job.objects.filter(kind=KIND, state__in=live, created_by_id=actor.user_id)
    same = next((job for job in known.order_by("-pk")[:50] if job.params == asked), None)
    return same or enqueue(KIND, params=asked, actor=actor)


def work_out(
    actor: Actor, params: Mapping[str, Any], now: datetime, look: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The job's work, with the rights its person has now: the list is drawn, and what it asked of
    the database is kept. `look` raises, between two questions, when the job was cancelled."""
    description = describe(params["record_type"])
    state = ListState(
        view="",
        conditions=read_nodes(params["conditions"]),
        sort=params["sort"],
        group=params["group"],
        columns=tuple(params["columns"]),
        page=params["page"],
        shape=params["shape"],
        by=params["by"],
        on=params["on"],
    )
    check_state(description, actor, state)
    query = query_of(description, actor, state)
    query.is_patient, query.notes = True, Notes(look=look)
    zone = known_zone(getattr(actor.user, "time_zone", ""))
    with timezone.override(zone or timezone.get_default_timezone()):
        shape_named(state.shape).draw(Sight(query, state, state, QueryDict(), now))
    return {"notes": query.notes.kept}


def answer_of(
    actor: Actor, description: RecordDescription, state: ListState, pk: int
) -> tuple[Job, Notes | None]:
    """The job of a question and what it noted, None while it works. NotFound for another question
    or somebody else's."""
    job = job_for(actor, pk)
    own = job.created_by_id == actor.user_id
    if job.kind != KIND or not own or job.params != question(actor, description, state):
        raise NotFound(_("Not here, or not yours to see."))
    if job.state != Job.State.DONE or not isinstance(job.result, Mapping):
        return job, None
    return job, Notes(job.result["notes"])


def drawn(shape: Shape, sight: Sight) -> dict[str, Any]:
    """What a shape draws. Over a long table it has two seconds; then, or with an order that is
    known to take longer, "later" says that the question goes on in the background.

    `answer` in the address names the job that worked it out.
    """
    named = sight.params.get("answer", "")
    job: Job | None = None
    if named.isdecimal() and len(named) < 19:
        job, notes = answer_of(sight.actor, sight.description, sight.state, int(named))
        if notes is None:
            return _later(sight, job)
        sight.query.notes = notes
    try:
        with bounded(sight.description.model):
            told = shape.draw(sight)
    except (TooLong, NotQuick):
        return _later(sight)
    if job is None:
        return told
    if shape.key == LIST:  # the pages of a table are parts of one answer
        told["sheet"]["pager"] = _pager(told["sheet"]["pager"], sight.query, job)
    return {**told, "answered_at": job.finished_at, "ask_url": ask_url(sight)}


def _pager(pager: Mapping[str, str], query: ListQuery, job: Job) -> dict[str, str]:
    """The other pages of the same answer, as far as it goes."""
    ends = {"next_url"} if query.number >= query.pages else set()
    return {
        name: f"{text}&answer={job.pk}" if text and name.endswith("_url") else text
        for name, text in pager.items()
        if name not in ends
    }


def ask_url(sight: Sight) -> str:
    """Where a form asks for the list of an address in the background."""
    url = address("records:list_answer", sight.description.slug)
    return f"{url}{sight.state.query(sight.base, page=sight.state.page)}"


def _later(sight: Sight, job: Job | None = None) -> dict[str, Any]:
    """Of a list without rows yet: how to ask for them, or how far the job is."""
    ask = ask_url(sight)
    again = ask.replace("/answer/", "/", 1)
    return {"sums": Sums(), "later": {"job": job, "ask": ask, "then": sight.here, "again": again}}
