"""The arithmetic of scorecards, by examples a salesperson could check and by properties."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise as neighbours
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangji.lib.errors import Invalid
from shangji.phases.evaluate.rules import comparison, pairwise, scoring
from shangji.phases.evaluate.rules.comparison import Entry
from shangji.phases.evaluate.rules.scorecards import (
    Auto,
    Card,
    Criterion,
    PointRule,
    Words,
    check,
    read_document,
    to_document,
)
from shangji.phases.evaluate.rules.scoring import Answer, unexplained

D = Decimal
KEYS = ("urgency", "budget", "cycle", "size")
WEIGHTS = dict(zip(KEYS, (D("0.3"), D("0.2"), D("0.3"), D("0.2")), strict=True))
BREAK = ("urgency", "expected_value", "older")
A, B, C = 1, 2, 3


def entry(key: int, *values: int | None, **more: object) -> Entry:
    found = {k: D(v) for k, v in zip(KEYS, values, strict=True) if v is not None}
    return Entry(key, found, **more)  # type: ignore[arg-type]


TEXTBOOK = [entry(A, 8, 7, 6, 5), entry(B, 5, 6, 7, 8), entry(C, 7, 8, 5, 6)]


def card(**more: object) -> Card:
    criteria = tuple(Criterion(k, Words(k, k), w) for k, w in WEIGHTS.items())
    return Card(criteria, **more)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------ golden vectors


@pytest.mark.bar
def test_it_scores_the_textbook_example_to_the_digit(bar: Any) -> None:
    totals = [comparison.total(one.values, WEIGHTS) for one in TEXTBOOK]
    _places, (tie,) = comparison.ranking(TEXTBOOK, WEIGHTS, BREAK)
    shown = " / ".join(f"{float(one):g}" for one in totals)
    bar(f"golden vector: {shown}, tie at {tie.rank} told apart by {tie.by} (bar 6.6 / 6.4 / 6.4)")
    assert totals == [Fraction("6.6"), Fraction("6.4"), Fraction("6.4")]
    assert [scoring.score(card(), one.values).points for one in TEXTBOOK] == [66, 64, 64]


def test_it_shows_the_tie_as_a_tie_and_says_whom_to_look_at_first() -> None:
    places, ties = comparison.ranking(TEXTBOOK, WEIGHTS, BREAK)
    assert [(one.key, one.rank, one.tied) for one in places] == [
        (A, 1, False),
        (C, 2, True),
        (B, 2, True),
    ]
    assert [(one.rank, one.keys, one.by) for one in ties] == [(2, (C, B), "urgency")]
    _places, ties = comparison.ranking(TEXTBOOK, WEIGHTS, ("size", "older"))
    assert [(one.keys, one.by) for one in ties] == [((B, C), "size")]


@pytest.mark.parametrize(
    ("key", "at", "above", "leader"),
    [
        ("urgency", "0.25", False, B),
        ("budget", "1/3", True, C),
        ("cycle", "5/12", True, B),
        ("size", "0.25", True, B),
    ],
)
def test_it_finds_the_turning_points(key: str, at: str, above: bool, leader: int) -> None:
    nearest = comparison.turning_points(TEXTBOOK, WEIGHTS)[key][0]
    assert (nearest.at, nearest.above, nearest.leaders) == (Fraction(at), above, (leader,))


@pytest.mark.parametrize(
    ("entries", "by", "order"),
    [
        ([entry(1, 5, 5, 5, 5), entry(2, 6, 5, 4, 5)], "urgency", (2, 1)),
        (
            [
                entry(1, 5, 5, 5, 5, expected_value=D(10)),
                entry(2, 5, 5, 5, 5, expected_value=D(20)),
            ],
            "expected_value",
            (2, 1),
        ),
        (
            [
                entry(1, 5, 5, 5, 5, opened_on=date(2026, 2, 1)),
                entry(2, 5, 5, 5, 5, opened_on=date(2026, 1, 1)),
            ],
            "older",
            (2, 1),
        ),
        ([entry(2, 5, 5, 5, 5), entry(1, 5, 5, 5, 5)], "", (1, 2)),
    ],
)
def test_it_breaks_ties_in_the_declared_order(entries: list, by: str, order: tuple) -> None:
    _places, ties = comparison.ranking(entries, WEIGHTS, BREAK)
    assert [(one.keys, one.by) for one in ties] == [(order, by)]


# -------------------------------------------------------------------------- missing is not zero


def test_missing_is_not_zero() -> None:
    found = scoring.score(card(), {"urgency": D(8), "budget": D(7)})
    assert (found.points, found.share) == (D("76.00"), D("0.5"))
    assert (found.low, found.high) == (D("38.00"), D("88.00"))
    assert found.grade == "B"


def test_it_gives_no_grade_below_the_least_share() -> None:
    found = scoring.score(card(), {"urgency": D(10)})
    assert (found.points, found.share, found.grade) == (D(100), D("0.3"), "")


def test_nothing_scored_is_no_score() -> None:
    found = scoring.score(card(), {})
    assert (found.points, found.low, found.high, found.share) == (None, 0, 100, 0)


@pytest.mark.parametrize(
    ("points", "letter"), [("80", "A"), ("79.99", "B"), ("60", "B"), ("40", "C"), ("39.99", "D")]
)
def test_it_grades_from_the_threshold_on(points: str, letter: str) -> None:
    assert scoring.grade_of(card(), D(points), D(1)) == letter


def test_it_takes_the_mean_over_those_who_answered() -> None:
    raters = [{"urgency": D(8), "size": D(5)}, {"urgency": D(5)}, {"urgency": D(7)}]
    found = scoring.mean_by_criterion(raters)
    assert found == {"urgency": (Fraction(20, 3), 3), "size": (Fraction(5), 1)}
    assert [(one.key, one.width, one.n) for one in scoring.spreads(raters)] == [
        ("urgency", D(3), 3)
    ]


def test_it_names_what_moves_the_score_most() -> None:
    found = scoring.reasons(card(), {"urgency": D(8), "budget": D(5), "cycle": D(4)})
    assert [(one.key, one.points) for one in found] == [("urgency", D(9)), ("cycle", D(-3))]


@pytest.mark.parametrize(
    ("number", "low", "high", "points"),
    [
        ("0", "0", "100", "0"),
        ("25", "0", "100", "2.5"),
        ("500", "0", "100", "10"),
        ("90", "90", "0", "0"),
        ("30", "90", "0", "6.67"),
    ],
)
def test_it_maps_a_number_between_the_stated_ends(
    number: str, low: str, high: str, points: str
) -> None:
    auto = Auto("number", field="amount", low=D(low), high=D(high))
    assert scoring.mapped(auto, D(number)) == D(points)


# ------------------------------------------------------------------------------------- the card


def test_it_refuses_weights_that_do_not_add_up_and_says_the_sum() -> None:
    with pytest.raises(Invalid, match=r"add up to 1, here they add up to 1\.1"):
        check(card().reweighted({"urgency": D("0.4")}))


@pytest.mark.parametrize(
    ("auto", "words"),
    [
        (Auto("rules"), "at least one rule"),
        (Auto("rules", rules=(PointRule(("amount.gte.1",), D(11)),)), "between 0 and 10"),
        (Auto("number", field="amount", low=D(5), high=D(5)), "both are 5"),
        (Auto("touches", high=D(5), days=0), "730 days"),
    ],
)
def test_it_refuses_a_computed_criterion_that_says_nothing(auto: Auto, words: str) -> None:
    one = Criterion("a", Words("a", "a"), D(1), auto=auto)
    with pytest.raises(Invalid, match=words):
        check(Card((one,)))


def test_it_refuses_grades_that_do_not_fall() -> None:
    with pytest.raises(Invalid, match="here stand 60, 80, 40"):
        check(card(grades=(D(60), D(80), D(40))))


def test_it_keeps_a_card_as_it_was() -> None:
    auto = Auto("rules", rules=(PointRule(("amount.gte.100", "stage.is.1"), D("7.5")),))
    made = Card(
        (
            Criterion(
                "a",
                Words("甲", "A"),
                D("0.4"),
                anchors={3: Words("低", "low")},
                group="g",
                auto=auto,
            ),
            Criterion("b", Words("乙", "B"), D("0.6"), hint=Words("提示", "hint")),
        )
    )
    assert read_document(to_document(made)) == made


@pytest.mark.parametrize("broken", [None, {}, {"version": 2}, {"version": 1, "criteria": [{}]}, 3])
def test_a_broken_document_is_told_not_raised(broken: object) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_document(broken)


# ---------------------------------------------------------------------------------- in pairs


def test_it_weighs_by_pairs_and_tells_consistency() -> None:
    # Saaty's 3 by 3: 1, 3, 5 / 1/3, 1, 3 → .637, .258, .105; λ 3.0385, CR .033
    found = pairwise.judge(["a", "b", "c"], {("a", "b"): 3, ("a", "c"): 5, ("b", "c"): 3}, places=3)
    assert found.weights == {"a": D("0.637"), "b": D("0.258"), "c": D("0.105")}
    assert found.ratio == pytest.approx(0.0332, abs=0.0002)
    assert found.is_consistent


def test_it_names_the_pair_that_contradicts() -> None:
    found = pairwise.judge(["a", "b", "c"], {("a", "b"): 5, ("b", "c"): 5, ("a", "c"): 1 / 5})
    assert not found.is_consistent
    assert found.worst is not None and found.worst[:2] in (("a", "b"), ("a", "c"), ("b", "c"))


@pytest.mark.parametrize("keys", [["a"], [str(n) for n in range(11)]])
def test_it_compares_two_to_ten(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="two to ten"):
        pairwise.judge(keys, {})


# ---------------------------------------------------------------------------------- properties

parts = st.lists(st.integers(1, 60), min_size=2, max_size=6)
halves = st.integers(0, 20).map(lambda n: D(n) / 2)


@st.composite
def matrices(draw: st.DrawFn, *, full: bool = False) -> tuple[list[Entry], dict[str, Fraction]]:
    sizes = draw(parts)
    weights = {f"k{n}": Fraction(size, sum(sizes)) for n, size in enumerate(sizes)}
    cell = halves if full else st.one_of(st.none(), halves)
    rows = draw(st.lists(st.tuples(*[cell] * len(weights)), min_size=2, max_size=5))
    entries = [
        Entry(n, {k: v for k, v in zip(weights, row, strict=True) if v is not None})
        for n, row in enumerate(rows)
    ]
    return entries, weights


@given(parts)
def test_shares_always_add_up_to_one(sizes: list[int]) -> None:
    found = pairwise.shares_of_one({f"k{n}": float(size) for n, size in enumerate(sizes)})
    assert sum(found.values()) == 1
    assert all(value >= D("0.01") for value in found.values())


@given(matrices(), st.fractions(0, 1))
def test_a_moved_weight_keeps_the_sum_and_the_proportions(
    made: tuple[list[Entry], dict[str, Fraction]], to: Fraction
) -> None:
    _entries, weights = made
    found = comparison.moved(weights, "k0", to)
    assert sum(found.values()) == 1 and found["k0"] == to
    others = [key for key in weights if key != "k0"]
    assert all(found[a] * weights[b] == found[b] * weights[a] for a in others for b in others)


@given(matrices(full=True))
@settings(max_examples=50)
def test_turning_points_agree_with_trying_every_weight(
    made: tuple[list[Entry], dict[str, Fraction]],
) -> None:
    entries, weights = made
    for key, turns in comparison.turning_points(entries, weights).items():
        now = weights[key]
        # totals of old and new leader meet there, and a grid finds no change between
        for turn in turns:
            at = comparison.moved(weights, key, turn.at)
            assert set(turn.leaders) <= set(comparison.leaders(entries, at))
        edges = sorted({Fraction(0), Fraction(1), now, *(turn.at for turn in turns)})
        for low, high in neighbours(edges):
            tried = {
                comparison.leaders(
                    entries, comparison.moved(weights, key, low + (high - low) * Fraction(n, 8))
                )
                for n in range(1, 8)
            }
            # inside, only a touching of lines may add to who leads, never replace them
            assert set.intersection(*(set(one) for one in tried)), (key, low, high, tried)


@given(matrices())
@settings(max_examples=100)
def test_missing_answers_never_break_the_order(
    made: tuple[list[Entry], dict[str, Fraction]],
) -> None:
    entries, weights = made
    places, ties = comparison.ranking(entries, weights, ("k0", "older"))
    assert sorted(one.key for one in places) == sorted(one.key for one in entries)
    totals = [one.total for one in places if one.total is not None]
    assert totals == sorted(totals, reverse=True)
    assert sum(len(one.keys) for one in ties) == sum(1 for one in places if one.tied)
    comparison.turning_points(entries, weights)


@pytest.mark.parametrize(
    ("before", "after", "is_asked"),
    [
        (Answer(Decimal(5)), Answer(Decimal(7)), True),
        (Answer(Decimal(7), "a"), Answer(Decimal(5), "a"), True),
        (Answer(Decimal(5)), Answer(Decimal("6.9")), False),
        (Answer(Decimal(5), "a"), Answer(Decimal(8), "met the buyer"), False),
        (Answer(Decimal(5)), Answer(Decimal(8), link="https://example.com/minutes"), False),
        (Answer(None), Answer(Decimal(8)), False),
        (Answer(Decimal(8)), Answer(None), False),
    ],
)
def test_an_answer_that_moves_by_two_is_explained(
    before: Answer, after: Answer, is_asked: bool
) -> None:
    assert unexplained({"need": before}, {"need": after, "new": Answer(Decimal(9))}) == (
        ["need"] if is_asked else []
    )
