"""Scores and intent anew over a seeded workspace, and the ranking page through the whole stack.

    python -m bench.scores [--size 100000] [--port 8170]

Half of the card is computed from fields and touches, the other half asked: each opportunity has
one assessment with its evidence and two touches. All bars of Evaluate: bench/evaluate.py.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

#: the ranking page is asked for so many times; the median counts
ASKED = 15


@dataclass(frozen=True)
class Took:
    """One measurement beside its bar, in seconds; `cpu` where it ran in this process."""

    name: str
    wall: float
    bar: float
    cpu: float | None = None

    @property
    def reached(self) -> bool:
        return self.wall < self.bar

    def __str__(self) -> str:
        cpu = "" if self.cpu is None else f", {self.cpu:.2f} s of processor"
        mark = "" if self.reached else "   NOT REACHED"
        return f"{self.name}: {self.wall:.2f} s{cpu} (bar {self.bar:g} s){mark}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.scores")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--port", type=int, default=8170)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as folder:
        os.environ["SHANGJI_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        found = measure(options.size, options.port)
    for one in found:
        print(one)
    return 0 if all(one.reached for one in found) else 1


def measure(size: int, port: int) -> list[Took]:
    """Scored first, unchanged, all changed; intent first and two days later; a thousand ranked."""
    # Django is set up with the folder above, so nothing of the product is imported before
    from bench.run import ROOT, prepare, server, session_of

    prepare(size)
    from django.db import connection

    from bench.client import Browser
    from shangji.core.opportunities.models import Opportunity
    from shangji.foundation.access.actor import Actor
    from shangji.foundation.people.models import User
    from shangji.phases.evaluate.actions.intent import count_all_intent
    from shangji.phases.evaluate.actions.scoring import fold_all_scores

    now = datetime.now(UTC)
    later = now + timedelta(days=2)
    admin = Actor(User.objects.get(email="admin@bench.invalid"), "command")
    _answers(admin, now)
    # what seeding left in memory is none of the worker's, which has a process of its own
    gc.collect()
    gc.freeze()
    found = [
        _timed(f"{size:,} opportunities scored", 10, lambda: fold_all_scores(now=now)),
        _timed(f"{size:,} scored again, nothing changed", 10, lambda: fold_all_scores(now=now)),
    ]
    Opportunity.objects.update(amount=1, next_step="")
    name = f"{size:,} scored again, everything changed"
    found.append(_timed(name, 10, lambda: fold_all_scores(now=later)))
    found.append(_timed(f"intent of {size:,} counted", 10, lambda: count_all_intent(now=now)))
    name = f"intent of {size:,} two days later"
    found.append(_timed(name, 10, lambda: count_all_intent(now=later)))
    cookie, _pk = session_of("admin@bench.invalid")
    connection.close()
    with server(port, ROOT) as (_process, _cold):
        asked = Browser(port, cookie).time([("/evaluate/ranking/", None)] * (ASKED + 5))
    seconds = asked.median / 1000
    found.append(Took(f"ranking page of 1,000 candidates of {size:,}, over the wire", seconds, 1))
    return found


def _timed(name: str, bar: float, run: Callable[[], Any]) -> Took:
    began, worked = time.perf_counter(), time.process_time()
    run()
    return Took(name, time.perf_counter() - began, bar, time.process_time() - worked)


def _answers(admin: Any, now: datetime) -> None:
    """All opportunities open, an assessment and two touches each; the half-computed card."""
    from django.db import connection

    from bench.bulk import write_rows
    from shangji.core.channels.models import Touch
    from shangji.core.opportunities.models import Opportunity
    from shangji.phases.evaluate.actions.scorecards import (
        make_default,
        publish_scorecard,
        save_scorecard,
    )
    from shangji.phases.evaluate.defaults.scorecards import FIT
    from shangji.phases.evaluate.models import Assessment

    Opportunity.objects.exclude(status="open").update(status="open", closed_at=None, closed_on=None)
    card = save_scorecard(actor=admin, name_zh="", name_en="Fit", card=FIT.card, now=now)
    version = publish_scorecard(actor=admin, scorecard=card, now=now)
    make_default(actor=admin, scorecard=card, now=now)
    at = connection.ops.adapt_datetimefield_value(now)
    ids = list(Opportunity.objects.order_by("pk").values_list("pk", flat=True))

    def assessments() -> Iterator[dict[str, Any]]:
        for pk in ids:
            yield {
                "version": 1, "created_at": at, "updated_at": at, "external_system": "",
                "external_id": "", "opportunity_id": pk, "scorecard_id": card.pk,
                "scorecard_version_id": version.pk, "rater_id": admin.user_id, "rated_at": at,
                "answers": f'{{"version": 1, "answers": {{"need": {{"value": "{pk % 11}", '
                f'"text": "talk of day {pk % 977}"}}}}}}',
                "share": "25", "note": "",
            }  # fmt: skip

    def touches() -> Iterator[dict[str, Any]]:
        for pk in ids * 2:
            yield {
                "opportunity_id": pk, "source": "", "medium": "", "campaign": "", "page": "",
                "note": "", "is_machine": False,
                "at": connection.ops.adapt_datetimefield_value(now - timedelta(hours=pk % 700)),
            }  # fmt: skip

    write_rows(Assessment, assessments())
    write_rows(Touch, touches())


if __name__ == "__main__":
    sys.exit(main())
