"""Learning on small made-up histories: finds what is there, and says when there is nothing."""

from random import Random
from typing import Any

import pytest

from shangji.phases.evaluate.rules.prediction import predict
from shangji.phases.evaluate.rules.table import Table

#: the test begins here, in days
SPLIT = 700.0


def history(
    count: int, *, chances: dict[str, tuple[float, float]], seed: int = 3, shift: float = 0.0
) -> tuple[Table, int]:
    """Looks at openings: channels with their weight and chance; `shift` is added later on."""
    rng, table, won = Random(seed), Table(), 0
    names = list(chances)
    for deal in range(count):
        at = 1000.0 * deal / count
        channel = rng.choices(names, weights=[chances[name][0] for name in names])[0]
        hit = rng.random() < chances[channel][1] + (shift if at >= SPLIT else 0)
        won += hit
        values = {"channel": channel, "kind": "new", "weekday": str(rng.randrange(7))}
        table.add(deal, at, {**values, "earlier_wins": 0.0}, currency="CNY", won=hit)
    return table, won


def train(table: Table, deals: int, won: int) -> Any:
    from shangji.phases.evaluate.rules.training import train as learn  # noqa: PLC0415 - heavy

    return learn(table, deals=deals, won=won, horizon=None, split_at=SPLIT)


SIGNAL = {"referral": (1.0, 0.6), "web": (2.0, 0.2), "ads": (1.0, 0.05)}


def test_it_learns_what_wins() -> None:
    table, won = history(2000, chances=SIGNAL)
    found = train(table, 2000, won)
    assert found.outcome == "learned"
    assert found.card["test"]["auc"][0] > 0.7
    assert found.card["test"]["ece"] < 0.06
    chances = {
        name: predict(found.weights, {"channel": name, "weekday": "1"}, currency="CNY").chance
        for name in SIGNAL
    }
    assert chances["referral"] == pytest.approx(0.6, abs=0.12)
    assert chances["web"] == pytest.approx(0.2, abs=0.08)
    assert chances["ads"] == pytest.approx(0.05, abs=0.05)


def test_it_reads_its_own_json_as_it_learned_it() -> None:
    """Prediction by plain arithmetic answers as the regression itself."""
    import numpy as np  # noqa: PLC0415 - heavy

    from shangji.phases.evaluate.rules.learning import exported, fit  # noqa: PLC0415 - heavy

    table, _won = history(800, chances=SIGNAL)
    rows = np.arange(800)
    fitted = fit(table, rows, at_opening=True)
    model = exported(fitted, table)
    levels = {name: {at: one for one, at in kept.items()} for name, kept in table.levels.items()}
    said = fitted.chances(table, rows)
    for row in range(0, 800, 97):
        values = {name: levels[name][table.codes[name][row]] for name in ("channel", "weekday")}
        assert predict(model, values, currency="CNY").chance == pytest.approx(said[row], abs=1e-6)


def test_it_gives_the_base_rate_where_nothing_beats_it() -> None:
    table, won = history(2000, chances={"a": (1.0, 0.3), "b": (1.0, 0.3)})
    found = train(table, 2000, won)
    assert (found.outcome, found.why, found.weights) == ("base_rate", "no_gain", {})
    assert found.card["base"] == pytest.approx(0.3, abs=0.05)


def test_shuffled_outcomes_teach_it_nothing() -> None:
    table, won = history(6000, chances=SIGNAL)
    hits = list(table.won)
    Random(11).shuffle(hits)
    table.won[:] = type(table.won)("b", hits)
    found = train(table, 6000, won)
    assert found.outcome == "base_rate"
    assert found.card["test"]["auc"][0] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(("deals", "won"), [(99, 50), (200, 29), (200, 171)])
def test_it_does_not_guess_from_too_few(deals: int, won: int) -> None:
    found = train(Table(), deals, won)
    assert (found.outcome, found.why, found.card) == ("refused", "too_few", {})


def test_it_notices_that_the_won_share_moved() -> None:
    table, won = history(4000, chances=SIGNAL, shift=0.1)
    level = train(table, 4000, won).card["drift"]["level"]
    assert level["moved"]
    assert level["after"] - level["before"] == pytest.approx(0.1, abs=0.03)


def test_it_names_the_level_that_moved_most() -> None:
    table, won = history(3000, chances=SIGNAL)
    late, web = table.levels["channel"]["ads"], table.levels["channel"]["web"]
    for row in range(2100, 3000):
        if table.codes["channel"][row] == web and row % 3:
            table.codes["channel"][row] = late
    moved = train(table, 3000, won).card["drift"]["features"]
    assert [one["term"] for one in moved] == ["channel"]
    assert moved[0]["value"] in {"web", "ads"}
