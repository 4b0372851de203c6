"""Fields of `Standing` on opportunities."""

from django.utils.translation import gettext_lazy as _

from shangji.phases.evaluate.choices.decision import VERDICTS
from shangji.records.description import Field
from shangji.records.kinds import Choice, Date, DateTime, Number, Option, Percent

GRADES = tuple(Option(letter, letter) for letter in "ABCD")
_EVALUATION = _("Evaluation")

#: fields of `Standing` in lists, filters, exports and rights; worked out, never typed in
STANDING_FIELDS = (
    Field(
        "score",
        _("Score"),
        Number(2),
        path="standing__score",
        writable=False,
        fact=False,
        group=_EVALUATION,
        width=80,
    ),
    Field(
        "grade",
        _("Grade"),
        Choice(GRADES),
        path="standing__grade",
        writable=False,
        fact=False,
        group=_EVALUATION,
        width=70,
    ),
    Field(
        "intent",
        _("Intent"),
        Number(2),
        path="standing__intent",
        writable=False,
        fact=False,
        group=_EVALUATION,
        width=80,
    ),
    Field(
        "probability_predicted",
        _("Predicted win rate"),
        Percent(),
        path="probability_predicted",
        writable=False,
        fact=False,
        sortable=False,
        group=_EVALUATION,
        width=90,
    ),
    Field(
        "decision",
        _("Decision"),
        Choice(VERDICTS),
        path="standing__decision",
        writable=False,
        fact=False,
        group=_EVALUATION,
        width=80,
    ),
    Field(
        "returns_on",
        _("Comes back"),
        Date(),
        path="standing__returns_on",
        writable=False,
        fact=False,
        group=_EVALUATION,
        width=110,
    ),
    Field(
        "scored_at",
        _("Scored at"),
        DateTime(),
        path="standing__scored_at",
        writable=False,
        fact=False,
        group=_EVALUATION,
        width=120,
    ),
)
