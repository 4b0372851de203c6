"""The document of a scorecard: criteria, weights, anchors, grades; read, checked, written.

Stored as JSON (`Scorecard.draft`, `ScorecardVersion.definition`), `{"version": 1, …}`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass

VERSION = 1
#: answers lie between 0 and this; a score is points of 100
TOP = Decimal(10)
MAX_CRITERIA = 20
MAX_RULES = 12
#: places of a weight: 0.3333
WEIGHT_PLACES = 4
#: the steps of the scale that a card describes
ANCHORS = (3, 5, 8)
LETTERS = ("A", "B", "C", "D")
EXPECTED_VALUE, OLDER = "expected_value", "older"


@dataclass(frozen=True)
class Words:
    """A text in both languages; one may stand for both."""

    zh: str = ""
    en: str = ""

    @property
    def text(self) -> str:
        first, second = (self.zh, self.en)
        if not (get_language() or "").startswith("zh"):
            first, second = second, first
        return first or second

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


@dataclass(frozen=True)
class PointRule:
    """When all conditions hold ("field.operator.value"), the criterion has these points."""

    conditions: tuple[str, ...]
    points: Decimal


@dataclass(frozen=True)
class Auto:
    """How a criterion is computed in place of being asked.

    Attributes:
        kind: "rules": the first rule that holds, else `otherwise` (None: not scored);
            "number": a field mapped from `low` (0 points) to `high` (10 points) by a straight
            line, the ends may be swapped; "touches": the same of human touches in `days`.
        field: key of a number or money field of opportunities, for "number".
    """

    kind: str
    rules: tuple[PointRule, ...] = ()
    otherwise: Decimal | None = None
    field: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    days: int = 90


@dataclass(frozen=True)
class Criterion:
    """One question. `weight` is a share of 1; `anchors` say what a step looks like."""

    key: str
    name: Words
    weight: Decimal
    hint: Words = Words()
    question: Words = Words()
    anchors: Mapping[int, Words] = field(default_factory=dict)
    group: str = ""
    auto: Auto | None = None


@dataclass(frozen=True)
class Group:
    """Criteria shown as one bar: fit, engagement."""

    key: str
    name: Words


@dataclass(frozen=True)
class Card:
    """A whole scorecard.

    Attributes:
        grades: points of 100 from which a letter is given, A to C; below is D.
        least_share: share of the weights (0 to 1) below which no grade is given.
        tie_break: keys of criteria, "expected_value" (larger first), "older"; in order.
    """

    criteria: tuple[Criterion, ...]
    groups: tuple[Group, ...] = ()
    grades: tuple[Decimal, Decimal, Decimal] = (Decimal(80), Decimal(60), Decimal(40))
    least_share: Decimal = Decimal("0.5")
    tie_break: tuple[str, ...] = (EXPECTED_VALUE, OLDER)

    def criterion(self, key: str) -> Criterion | None:
        return next((one for one in self.criteria if one.key == key), None)

    @property
    def asked(self) -> tuple[Criterion, ...]:
        """Criteria that people answer."""
        return tuple(one for one in self.criteria if one.auto is None)

    @property
    def computed(self) -> tuple[Criterion, ...]:
        return tuple(one for one in self.criteria if one.auto is not None)

    @property
    def weights(self) -> dict[str, Decimal]:
        return {one.key: one.weight for one in self.criteria}

    def reweighted(self, weights: Mapping[str, Decimal]) -> "Card":
        """The same card with other weights."""
        return replace(
            self,
            criteria=tuple(
                replace(one, weight=weights.get(one.key, one.weight)) for one in self.criteria
            ),
        )


def weight_sum(criteria: Iterable[Criterion]) -> Decimal:
    return sum((one.weight for one in criteria), Decimal(0))


def check(card: Card) -> None:
    """Refuse a card that would not score. Invalid names each fault by its place in the form."""
    faults: dict[str, list[str]] = {}
    if not card.criteria:
        faults["criteria"] = [_("A scorecard needs at least one criterion.")]
    if len(card.criteria) > MAX_CRITERIA:
        faults["criteria"] = [_("At most %(n)s criteria.") % {"n": MAX_CRITERIA}]
    for one in card.criteria:
        texts = list(_faults_of(one))
        if texts:
            faults[f"criterion:{one.key}"] = texts
    total = weight_sum(card.criteria)
    if card.criteria and total != 1:
        faults["weights"] = [
            _("The weights should add up to 1, here they add up to %(sum)s.")
            % {"sum": plain(total)}
        ]
    a, b, c = card.grades
    if not 100 >= a > b > c >= 0:
        faults["grades"] = [
            _("Grades fall from A to C between 100 and 0; here stand %(a)s, %(b)s, %(c)s.")
            % {"a": plain(a), "b": plain(b), "c": plain(c)}
        ]
    if not 0 <= card.least_share <= 1:
        faults["least_share"] = [_("Should be between 0 and 100 percent.")]
    if faults:
        raise Invalid(faults)


def _faults_of(one: Criterion) -> Iterable[str]:
    if not one.name:
        yield _("Give it a name.")
    if not 0 < one.weight <= 1:
        yield _("The weight should be more than 0 and at most 1, is %(weight)s.") % {
            "weight": plain(one.weight)
        }
    auto = one.auto
    if auto is None:
        return
    if auto.kind == "rules" and not auto.rules:
        yield _("A computed criterion needs at least one rule.")
    if any(not rule.conditions for rule in auto.rules):
        yield _("A rule needs a condition.")
    points = [rule.points for rule in auto.rules]
    if auto.otherwise is not None:
        points.append(auto.otherwise)
    if any(not 0 <= point <= TOP for point in points):
        yield _("Points lie between 0 and 10.")
    if auto.kind in ("number", "touches") and auto.low == auto.high:
        yield _("The two ends should differ; both are %(end)s.") % {"end": plain(auto.low)}
    if auto.kind == "touches" and not 1 <= auto.days <= 730:
        yield _("Between 1 and 730 days.")


def plain(number: Decimal) -> str:
    """A decimal without exponent and trailing zeros: 0.3."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# ------------------------------------------------------------------------------ to and from JSON


def to_document(card: Card) -> dict[str, Any]:
    return {
        "version": VERSION,
        "groups": [{"key": one.key, **_words_out("name", one.name)} for one in card.groups],
        "criteria": [_criterion_out(one) for one in card.criteria],
        "grades": [plain(one) for one in card.grades],
        "least_share": plain(card.least_share),
        "tie_break": list(card.tie_break),
    }


def _words_out(key: str, words: Words) -> dict[str, list[str]]:
    return {key: [words.zh, words.en]} if words else {}


def _criterion_out(one: Criterion) -> dict[str, Any]:
    found: dict[str, Any] = {"key": one.key, "weight": plain(one.weight)}
    found |= _words_out("name", one.name)
    found |= _words_out("hint", one.hint)
    found |= _words_out("question", one.question)
    anchors = {str(step): [text.zh, text.en] for step, text in one.anchors.items() if text}
    if anchors:
        found["anchors"] = anchors
    if one.group:
        found["group"] = one.group
    if one.auto is not None:
        auto = one.auto
        found["auto"] = {
            "kind": auto.kind,
            "rules": [[list(rule.conditions), plain(rule.points)] for rule in auto.rules],
            "otherwise": None if auto.otherwise is None else plain(auto.otherwise),
            "field": auto.field,
            "low": plain(auto.low),
            "high": plain(auto.high),
            "days": auto.days,
        }
    return found


def read_document(document: Any) -> Card:
    """The card of a stored document. Invalid when it is broken, never anything else."""
    try:
        if document["version"] != VERSION:
            raise ValueError(document["version"])
        card = Card(
            criteria=tuple(_criterion_in(one) for one in document["criteria"]),
            groups=tuple(
                Group(str(one["key"]), _words_in(one, "name")) for one in document["groups"]
            ),
            grades=_grades(document["grades"]),
            least_share=Decimal(document["least_share"]),
            tie_break=tuple(str(one) for one in document["tie_break"]),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, InvalidOperation):
        raise Invalid.whole(_("This scorecard cannot be read. Publish a new version.")) from None
    check(card)
    return card


def _grades(texts: Sequence[str]) -> tuple[Decimal, Decimal, Decimal]:
    a, b, c = (Decimal(text) for text in texts)
    return a, b, c


def _words_in(row: Mapping[str, Any], key: str) -> Words:
    zh, en = row.get(key, ("", ""))
    return Words(str(zh), str(en))


def _criterion_in(row: Mapping[str, Any]) -> Criterion:
    auto = row.get("auto")
    return Criterion(
        key=str(row["key"]),
        name=_words_in(row, "name"),
        weight=Decimal(row["weight"]),
        hint=_words_in(row, "hint"),
        question=_words_in(row, "question"),
        anchors={
            int(step): Words(str(zh), str(en)) for step, (zh, en) in row.get("anchors", {}).items()
        },
        group=str(row.get("group", "")),
        auto=None if auto is None else _auto_in(auto),
    )


def _auto_in(row: Mapping[str, Any]) -> Auto:
    return Auto(
        kind=str(row["kind"]),
        rules=tuple(
            PointRule(tuple(str(text) for text in conditions), Decimal(points))
            for conditions, points in row["rules"]
        ),
        otherwise=None if row["otherwise"] is None else Decimal(row["otherwise"]),
        field=str(row["field"]),
        low=Decimal(row["low"]),
        high=Decimal(row["high"]),
        days=int(row["days"]),
    )
