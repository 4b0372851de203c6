"""A model card in words and figures."""

from math import exp
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangji.lib.charts import Scale, path_points
from shangji.lib.statistics import format_rate
from shangji.lib.values import dataclass
from shangji.phases.evaluate.choices.win_terms import LABELS, in_words, plain
from shangji.phases.evaluate.models import WinModel
from shangji.phases.evaluate.queries.probability import all_names

SIDE, LEFT, TOP = 260.0, 40.0, 10.0
MOST_EFFECTS = 40


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, its figure, its interval, what it means."""

    label: str
    figure: str
    interval: str
    words: str


def measure_lines(model: WinModel) -> list[Measure]:
    """AUC, Brier score against the base rate, calibration error, the hand score beside it."""
    test = model.card.get("test")
    if not test:
        return []
    auc, gain = test["auc"], test["gain"]
    lines = [
        Measure(
            _("Order (AUC)"),
            f"{auc[0]:.3f}",
            f"{auc[1]:.3f}–{auc[2]:.3f}",
            _("How often a won one had the higher figure than one that was not; 0.5 is chance."),
        ),
        Measure(
            _("Brier score"),
            f"{test['brier']:.4f}",
            "",
            _("Mean squared error; the base rate of %(rate)s alone makes %(base).4f.")
            % {"rate": format_rate(round(test["base"], 4)), "base": test["base_brier"]},
        ),
        Measure(
            _("Better than the base rate"),
            _signed_rate(gain[0]),
            f"{_signed_rate(gain[1])} – {_signed_rate(gain[2])}",
            _("By how much the Brier score is smaller; used from 2%, surely above nothing."),
        ),
        Measure(
            _("Calibration error"),
            format_rate(round(test["ece"], 4)),
            "",
            _("Mean gap between what was said and what came, over ten groups of equal size."),
        ),
    ]
    if test.get("score"):
        hand, own = test["score"]
        lines.append(
            Measure(
                _("Scorecard on the same"),
                f"{hand:.3f}",
                "",
                _("AUC of the hand score where one stood, %(n)s looks; the model there: %(own).3f.")
                % {"n": test["score_count"], "own": own},
            )
        )
    return lines


def _signed_rate(share: float) -> str:
    return ("+" if share > 0 else "") + format_rate(round(share, 4))


def drift_words(model: WinModel) -> list[str]:
    """What moved between what was learned from and what came later; empty when nothing did."""
    drift = model.card.get("drift")
    if not drift:
        return []
    found = []
    level = drift["level"]
    if level["moved"]:
        found.append(
            _("The won share moved from %(before)s to %(after)s.")
            % {
                "before": _tenth(level["before"]),
                "after": _tenth(level["after"]),
            }
        )
    names = all_names()
    for one in drift["features"]:
        if "value" in one:
            found.append(
                _("“%(what)s” moved from %(before)s to %(after)s of all.")
                % {
                    "what": in_words(one["term"], one["value"], names),
                    "before": _tenth(one["before"]),
                    "after": _tenth(one["after"]),
                }
            )
        else:
            found.append(
                _("“%(what)s” moved, on average from %(before)s to %(after)s.")
                % {
                    "what": LABELS[one["term"]],
                    "before": _average(one["term"], one["before"]),
                    "after": _average(one["term"], one["after"]),
                }
            )
    return found


def _average(term: str, mean: float) -> str:
    """A mean as people count it: amounts and days by the mean of their logs."""
    value = exp(mean) if term == "amount" else plain(term, mean)
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _tenth(share: float) -> str:
    """A share with one decimal: drift is told finer than elsewhere."""
    return f"{100 * share:.1f}%"


@dataclass(frozen=True)
class Effect:
    """What a feature does, in percent points against the average opportunity."""

    label: str
    words: str
    points: float
    size: float
    n: int | None

    @property
    def magnitude(self) -> float:
        return abs(self.points)


def effect_lines(model: WinModel) -> list[Effect]:
    """The features with what they do, strongest first."""
    effects: list[dict[str, Any]] = model.card.get("effects", [])[:MOST_EFFECTS]
    most = max((abs(one["points"]) for one in effects), default=1.0) or 1.0
    names = all_names()
    found = []
    for one in effects:
        label = str(LABELS[one["term"]])
        if "value" in one:
            words = in_words(one["term"], one["value"], names)
        elif one["term"] == "amount":
            words = _("from small to large amounts")
        else:
            words = _("from “%(low)s” to “%(high)s”") % {
                "low": in_words(one["term"], max(one["low"], 0.0), names),
                "high": in_words(one["term"], one["high"], names),
            }
        size = 100 * abs(one["points"]) / most
        found.append(Effect(label, words, one["points"], round(size, 1), one.get("n")))
    return found


def calibration_chart(model: WinModel) -> dict[str, Any] | None:
    """What was said against what came, with 95 % intervals, on equal axes."""
    bins = (model.card.get("test") or {}).get("bins")
    if not bins:
        return None
    across = Scale(0, 1, LEFT, LEFT + SIDE)
    up = Scale(0, 1, TOP + SIDE, TOP)
    marks = [
        {
            "x": across(one["said"]),
            "y": up(one["came"]),
            "low": up(one["low"]),
            "high": up(one["high"]),
            "title": ngettext(
                "said %(said)s, came %(came)s of %(n)s",
                "said %(said)s, came %(came)s of %(n)s",
                one["n"],
            )
            % {
                "said": format_rate(round(one["said"], 4)),
                "came": format_rate(round(one["came"], 4)),
                "n": one["n"],
            },
        }
        for one in bins
    ]
    ticks = [
        {"x": across(part), "y": up(part), "text": f"{100 * part:.0f}%"}
        for part in (0, 0.25, 0.5, 0.75, 1)
    ]
    return {
        "width": LEFT + SIDE + 16,
        "height": TOP + SIDE + 40,
        "left": LEFT,
        "right": LEFT + SIDE,
        "top": TOP,
        "bottom": TOP + SIDE,
        "middle": LEFT + SIDE / 2,
        "foot": TOP + SIDE + 18,
        "caption": TOP + SIDE + 34,
        "ticks": ticks,
        "marks": marks,
        "line": path_points((one["x"], one["y"]) for one in marks),
        "rows": bins,
    }
