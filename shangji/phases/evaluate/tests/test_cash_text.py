"""A cash flow in the cells of a sheet: both languages, short forms, what does not read."""

import pytest
from django.utils import translation

from shangji.phases.evaluate.rules import cash_text
from shangji.phases.evaluate.rules.uncertainty import DISCRETE, PERT, Input

LINES = cash_text.read_lines("Income Licences: 0; 390 ×11\nCost Roll-out: phase 1: 500; 40")


def test_it_reads_lines_as_people_write_them() -> None:
    wanted = [
        {"label": "Licences", "kind": "income", "values": ["0", *["390"] * 11]},
        {"label": "Roll-out: phase 1", "kind": "cost", "values": ["500", "40", *["0"] * 10]},
    ]
    assert wanted == LINES
    # Chinese words, wide marks, grouped amounts, units, an empty period
    chinese = "收入 软件许可：1.2万；；1,000.50 x2\n\n成本 实施：5"
    assert cash_text.read_lines(chinese)[0]["values"] == ["12000", "0", "1000.5", "1000.5"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_reads_its_own_lines_back(language: str) -> None:
    inputs = (Input(0, PERT, 80, 100, 130.5), Input(1, DISCRETE, points=((80, 30), (120, 70))))
    with translation.override(language):
        assert cash_text.read_lines(cash_text.lines_text(LINES)) == LINES
        data = cash_text.inputs_data(inputs, LINES)
        read = cash_text.read_inputs(cash_text.inputs_text(data))
        assert cash_text.inputs_of(read, LINES) == inputs
        pairs = cash_text.pairs_data([(0, 1, -0.5)], LINES)
        read = cash_text.read_pairs(cash_text.pairs_text(pairs))
        assert cash_text.pairs_of(read, LINES) == ((0, 1, -0.5),)
    assert cash_text.read_days("2027-01-01; 2027年3月15日") == ["2027-01-01", "2027-03-15"]


def test_it_names_lines_of_one_name_by_number() -> None:
    twice = cash_text.read_lines("Cost Travel: 1\nCost Travel: 2")
    data = cash_text.inputs_data([Input(1, PERT, 50, 100, 150)], twice)
    assert cash_text.inputs_text(data) == "#2: PERT 50, 100, 150"
    assert cash_text.inputs_of(data, twice)[0].line == 1
    with pytest.raises(ValueError, match="by number"):
        cash_text.line_place("travel", twice)


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (cash_text.read_lines, "Income A: 1\nLicences: 5", "Line 2 should read"),
        (cash_text.read_lines, "Income 5; 6", "Line 1 should read"),
        (cash_text.read_lines, "Cost A: 1; many", "Line 1: "),
        (cash_text.read_lines, "Cost A: 1 ×61", "1 to 60 periods"),
        (cash_text.read_inputs, "Licences: about 80", "Line 1 should read"),
        (cash_text.read_pairs, "Licences, Rollout", "Line 1 should read"),
        (cash_text.read_days, "2027-01-01; soon", "Column 2"),
    ],
)
def test_it_says_what_does_not_read(read, text: str, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=told):
        read(text)
    with pytest.raises(ValueError, match="no line “Elsewhere”"):
        cash_text.line_place("Elsewhere", LINES)
