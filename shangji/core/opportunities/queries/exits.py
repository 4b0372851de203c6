"""What must be there before an opportunity moves on. Apps above hand down their checks; every
door that moves one (page, board, bulk, import, API, steps) comes past `move_locked`, which asks."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity, Stage
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: what, and where to mend it.

    Attributes:
        text: names the thing, "No risk is on the register.".
        url: a path on this server; verb: the words of the link there, "Open the register".
    """

    text: str
    url: str
    verb: str


#: (opportunity, the stage it would go to, now) -> what is missing; asks nothing it need not
ExitCheck = Callable[[Opportunity, Stage, datetime], Sequence[Gap]]
_CHECKS: dict[str, ExitCheck] = {}


class NotReady(Invalid):
    """It may not move yet; `gaps` says what is missing for which `stage`, as does the message."""

    def __init__(self, gaps: Sequence[Gap], stage: Stage) -> None:
        self.gaps = tuple(gaps)
        self.stage = stage
        super().__init__({"stage": [one.text for one in gaps]}, _in_words(gaps))


def add_exit_check(key: str, check: ExitCheck) -> None:
    """Ask `check` before an opportunity moves. Call in `AppConfig.ready`."""
    _CHECKS[key] = check


def exit_gaps(opportunity: Opportunity, stage: Stage, now: datetime) -> list[Gap]:
    """What is missing for a move; of a move to the stage it is in, nothing."""
    if stage.pk == opportunity.stage_id:
        return []
    return [gap for check in _CHECKS.values() for gap in check(opportunity, stage, now)]


def require_ready(opportunity: Opportunity, stage: Stage, now: datetime) -> None:
    """Raises NotReady where something is missing."""
    gaps = exit_gaps(opportunity, stage, now)
    if gaps:
        raise NotReady(gaps, stage)


def _in_words(gaps: Sequence[Gap]) -> str:
    texts = " ".join(one.text for one in gaps)
    return _("Still missing: %(texts)s") % {"texts": texts}
