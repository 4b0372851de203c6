"""What tests of automatic steps share."""

from shangji.core.opportunities.actions import move_to_stage
from shangji.core.opportunities.factories import stage
from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.testing import run_all_jobs

TASK = {"subject": "Check the offer", "days": 3, "who": "owner"}


def moved(user, record, key, now):
    record = move_to_stage(actor=Actor(user), opportunity=record, stage=stage(key), now=now)
    Job.objects.filter(state=Job.State.QUEUED).update(run_at=now)
    run_all_jobs(now=now)
    return record
