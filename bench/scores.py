"""Scores anew over a seeded workspace, seconds beside the bar, and the ranking page's query.

    python -m bench.scores [--size 100000]

Half of the card is computed from fields and touches, the other half asked: each opportunity has
one assessment and two touches.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

BAR_SECONDS = 10.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.scores")
    parser.add_argument("--size", type=int, default=100_000)
    size = parser.parse_args().size
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as folder:
        os.environ["SHANGJI_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        found = measure(size)
    for name, (wall, cpu) in found.items():
        print(f"{name:<40} {wall:6.2f} s wall {cpu:6.2f} s processor")
    return 0 if max(cpu for _wall, cpu in found.values()) < BAR_SECONDS else 1


def measure(size: int) -> dict[str, tuple[float, float]]:
    """Wall and processor seconds: scored first, unchanged, all changed, a thousand ranked."""
    # Django is set up with the folder above, so nothing of the product is imported before
    import django

    django.setup()
    from bench.run import prepare
    from shangji.core.opportunities.models import Opportunity
    from shangji.foundation.access.actor import Actor
    from shangji.foundation.people.models import User
    from shangji.phases.evaluate.actions.scoring import fold_all_scores
    from shangji.phases.evaluate.queries.ranking import ranked

    prepare(size)
    now = datetime.now(UTC)
    admin = Actor(User.objects.get(email="admin@bench.invalid"), "command")
    _answers(admin, now)
    open_ones = Opportunity.objects.filter(status="open").count()
    print(f"{size} opportunities, {open_ones} of them open", file=sys.stderr)
    found = {"all scored": _timed(lambda: fold_all_scores(now=now))}
    found["scored again, nothing changed"] = _timed(lambda: fold_all_scores(now=now))
    Opportunity.objects.filter(status="open").update(amount=1, next_step="")
    later = now + timedelta(days=1)
    found["scored again, everything changed"] = _timed(lambda: fold_all_scores(now=later))
    found["1,000 candidates ranked"] = _timed(lambda: ranked(admin, later))
    return found


def _timed(run: Callable[[], Any]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - worked


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
                "answers": f'{{"version": 1, "answers": {{"need": {{"value": "{pk % 11}"}}}}}}',
                "share": "25",
            }  # fmt: skip

    def touches() -> Iterator[dict[str, Any]]:
        for pk in ids * 2:
            yield {
                "opportunity_id": pk, "source": "", "medium": "", "campaign": "", "page": "",
                "note": "", "is_machine": False, "at": at,
            }  # fmt: skip

    write_rows(Assessment, assessments())
    write_rows(Touch, touches())


if __name__ == "__main__":
    sys.exit(main())
