"""A comparison in sentences: who is tied, what would change the first place, what is missing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.lib.values import dataclass
from shangji.phases.evaluate.queries.comparison import Candidate, Comparison
from shangji.phases.evaluate.rules.comparison import Tie, Turn
from shangji.phases.evaluate.rules.scorecards import EXPECTED_VALUE, OLDER, plain
from shangji.phases.evaluate.rules.scoring import rounded
from shangji.ui.text import percent

#: a first place that a weight's move of this much would change is not firm
NEAR = Fraction(1, 20)
_CENT, _TENTH = Decimal("0.01"), Decimal("0.1")


@dataclass(frozen=True)
class Sentence:
    """One line of "how firm is this": an icon, the point in bold, the rest, where it leads."""

    icon: str
    strong: str
    rest: str = ""
    tone: str = ""
    url: str = ""
    action: str = ""

    @property
    def gap(self) -> str:
        """What stands between the point and the rest: nothing after a full-width stop."""
        return "" if self.strong.endswith("。") else " "


def two(value: Fraction | Decimal) -> str:
    """A weight: 0.25."""
    return f"{rounded(Fraction(value), _CENT):f}"


def short(value: Fraction | Decimal, places: int = 1) -> str:
    """A total or an answer with at most so many decimals; zeros stay only in totals."""
    return f"{rounded(Fraction(value), Decimal(1).scaleb(-places)):f}"


def answer(value: Fraction | Decimal | None) -> str:
    """An answer as it is said: 8, 7.5, 6.67; a dash where there is none."""
    return "–" if value is None else plain(rounded(Fraction(value), _CENT))


def places_of(totals: Iterable[Fraction | None]) -> int:
    """One decimal where that says all, else two, for all of a row alike."""
    known = [one for one in totals if one is not None]
    return 1 if all(Fraction(rounded(one, _TENTH)) == one for one in known) else 2


def listed(texts: Sequence[str]) -> str:
    """A, B and C in the language of the page."""
    if len(texts) < 2:
        return "".join(texts)
    if (get_language() or "").startswith("zh"):
        return "、".join(texts[:-1]) + " 与 " + texts[-1]
    return ", ".join(texts[:-1]) + " and " + texts[-1]


def count_word(count: int) -> str:
    """两, 三 … as a title says them; in English Two, Three …"""
    chinese = (get_language() or "").startswith("zh")
    words = "零一两三四五六" if chinese else "Zero One Two Three Four Five Six".split()
    return words[count] if count < len(words) else str(count)


def heading(comparison: Comparison) -> str:
    """The title of a comparison: how many stand beside one another."""
    count = len(comparison.candidates)
    if count == 1:
        return _("One opportunity, nothing beside it yet")
    return _("%(n)s opportunities, which first") % {"n": count_word(count)}


def letters(comparison: Comparison, keys: Iterable[int]) -> str:
    return listed([one.letter for one in comparison.candidates if one.pk in set(keys)])


def rank_words(one: Candidate, ties: Sequence[Tie]) -> tuple[str, str]:
    """Where a candidate stands, and what is added to it: ("Tied No. 2", "look first")."""
    place = one.place
    if place.total is None:
        return _("Not scored yet"), ""
    if not place.tied:
        return _("No. %(n)s") % {"n": place.rank}, ""
    tie = next(tie for tie in ties if one.pk in tie.keys)
    first = tie.by and tie.keys[0] == one.pk
    return _("Tied No. %(n)s") % {"n": place.rank}, _("look first") if first else ""


def turn_words(comparison: Comparison, key: str) -> tuple[str, str]:
    """Under a slider: the nearest weight at which others are first, and its tone."""
    turns = comparison.turns.get(key, [])
    if not turns:
        return _("The first place stays"), ""
    turn = turns[0]
    text = _("Above %(at)s, %(who)s first") if turn.above else _("Below %(at)s, %(who)s first")
    words = text % {"at": two(turn.at), "who": letters(comparison, turn.leaders)}
    return words, "warn" if _gap(comparison, turn) <= NEAR else ""


def _gap(comparison: Comparison, turn: Turn) -> Fraction:
    return abs(turn.at - comparison.weights[turn.criterion])


def nearest_turn(comparison: Comparison) -> Turn | None:
    """The move of one weight that would change the first place with the least."""
    turns = [turn for found in comparison.turns.values() for turn in found[:1]]
    return min(turns, key=lambda turn: _gap(comparison, turn), default=None)


def closest_criterion(comparison: Comparison) -> str:
    """Whose weight decides most: the nearest turning point's, else the heaviest. Of equally near
    ones the one that ties are broken by, as it is the one people talk about."""
    turns = [turn for found in comparison.turns.values() for turn in found[:1]]
    if not turns:
        return max(comparison.weights, key=lambda key: comparison.weights[key])
    least = min(_gap(comparison, turn) for turn in turns)
    near = [turn.criterion for turn in turns if _gap(comparison, turn) == least]
    return next((key for key in comparison.card.tie_break if key in near), near[0])


def sentences(comparison: Comparison) -> list[Sentence]:
    """How firm the order is, the nearest change first; with one there is no order yet."""
    if len(comparison.candidates) == 1:
        return [
            Sentence("plus", _("Add a second opportunity: with one there is nothing to compare."))
        ]
    found = [_tie(comparison, tie) for tie in comparison.ties]
    found += _turns(comparison)
    found += _spread(comparison)
    found += _missing(comparison)
    return found


def _tie(comparison: Comparison, tie: Tie) -> Sentence:
    tied = [comparison.by_key(key) for key in tie.keys]
    value = tied[0].place.total or Fraction(0)
    digits = places_of(one.place.total for one in comparison.candidates)
    strong = _("%(who)s are tied at %(total)s.") % {
        "who": letters(comparison, tie.keys),
        "total": short(value, digits),
    }
    first = tied[0].letter
    if tie.by == EXPECTED_VALUE:
        rest = _("Agreed for ties: the larger expected value, so look at %(first)s first.")
        return Sentence("equal", strong, rest % {"first": first})
    if tie.by == OLDER:
        rest = _("Agreed for ties: the older one, so look at %(first)s first.")
        return Sentence("equal", strong, rest % {"first": first})
    criterion = comparison.card.criterion(tie.by)
    if criterion is None:
        return Sentence("equal", strong, _("Nothing that was agreed for ties tells them apart."))
    chinese = (get_language() or "").startswith("zh")
    unit, joint = (" 分", "，") if chinese else ("", ", ")
    said = joint.join(f"{one.letter} {answer(one.entry.values.get(tie.by))}{unit}" for one in tied)
    rest = _("Agreed for ties: %(criterion)s, here %(values)s, so look at %(first)s first.") % {
        "criterion": criterion.name.text,
        "values": said,
        "first": first,
    }
    return Sentence("equal", strong, rest)


def _turns(comparison: Comparison) -> list[Sentence]:
    best = comparison.best
    scored = [one for one in comparison.candidates if one.place.total is not None]
    if best is None or len(scored) < 2:
        return []
    key = closest_criterion(comparison)
    turns = comparison.turns.get(key, [])
    if not turns:
        text = _("Whichever single weight is moved, %(who)s stays first.")
        return [Sentence("lock", text % {"who": best.letter})]
    turn = turns[0]
    now = comparison.weights[key]
    text = (
        _("%(who)s overtakes %(now)s when the weight of %(criterion)s passes %(at)s.")
        if turn.above
        else _("%(who)s overtakes %(now)s when the weight of %(criterion)s falls below %(at)s.")
    )
    leaders = [one.pk for one in comparison.candidates if one.place.rank == 1]
    strong = text % {
        "who": letters(comparison, set(turn.leaders) - set(leaders) or turn.leaders),
        "now": letters(comparison, leaders),
        "criterion": _name(comparison, key),
        "at": two(turn.at),
    }
    gap = _gap(comparison, turn)
    near = gap <= NEAR
    rest = (
        _("It is %(weight)s now, only %(gap)s away: this first place is not firm.")
        if near
        else _("It is %(weight)s now, %(gap)s away.")
    ) % {"weight": two(now), "gap": two(gap)}
    found = [Sentence("arrows-exchange", strong, rest, "warn" if near else "")]
    others = _others(comparison, key)
    if others:
        found.append(Sentence("arrows-exchange", "", others))
    return found


def _others(comparison: Comparison, but: str) -> str:
    parts = []
    for key, turns in comparison.turns.items():
        for turn in turns[: 1 if key != but else 0]:
            text = (
                _("%(criterion)s above %(at)s: %(who)s first")
                if turn.above
                else _("%(criterion)s below %(at)s: %(who)s first")
            )
            parts.append(
                text
                % {
                    "criterion": _name(comparison, key),
                    "at": two(turn.at),
                    "who": letters(comparison, turn.leaders),
                }
            )
    stop = "。" if (get_language() or "").startswith("zh") else "."
    joint = "；" if stop == "。" else "; "
    return joint.join(parts) + stop if parts else ""


def _name(comparison: Comparison, key: str) -> str:
    one = comparison.card.criterion(key)
    return one.name.text if one else key


def _spread(comparison: Comparison) -> list[Sentence]:
    widest = [(one, spread) for one in comparison.candidates for spread in one.spreads[:1]]
    widest = [pair for pair in widest if pair[1].width]
    if not widest:
        return []
    one, spread = max(widest, key=lambda pair: pair[1].width)
    text = _(
        "The %(n)s raters lie furthest apart on %(letter)s, %(criterion)s: %(low)s and %(high)s."
    ) % {
        "n": spread.n,
        "letter": one.letter,
        "criterion": _name(comparison, spread.key),
        "low": answer(spread.low),
        "high": answer(spread.high),
    }
    return [Sentence("users", "", text, url=f"#why-{one.pk}-{spread.key}", action=_("See why"))]


def _missing(comparison: Comparison) -> list[Sentence]:
    found = []
    for one in comparison.candidates:
        gaps = [c.name.text for c in comparison.card.criteria if c.key not in one.entry.values]
        if gaps and one.place.total is not None:
            text = _(
                "%(criteria)s not answered: counted on %(share)s of the weight, the total may"
                " end between %(low)s and %(high)s."
            ) % {
                "criteria": listed(gaps),
                "share": percent(one.score.share),
                "low": short(one.score.low / 10),
                "high": short(one.score.high / 10),
            }
            found.append(Sentence("alert-triangle", f"{one.letter}:", text, "warn"))
    return found
