"""Settings of a step: typed, checked on save and load, versioned."""

import pytest

from shangji.automation.kinds.tell import TELL
from shangji.automation.params import Book, Flag, Number, Who, Words
from shangji.automation.steps import BrokenStep, StepKind


def test_an_older_version_of_settings_is_brought_up(db):
    kind = StepKind(
        "x", "X", "bolt", (Number("days", "Days"),), lambda p, b: "", lambda *a: "",
        TELL.apply, version=2, upgrade=lambda values, version: {"days": values["day"]},
    )  # fmt: skip
    assert kind.read({"version": 1, "values": {"day": 4}}, Book()) == {"days": 4}
    with pytest.raises(BrokenStep):
        kind.read({"version": 3, "values": {"days": 4}}, Book())


def test_params_hold_what_they_say():
    book = Book({7: "Bob"})
    assert Words("a", "A").check(" x ", book) == "x"
    assert Flag("a", "A").check(True, book) is True
    assert Who("a", "A").check("user:7", book) == "user:7"
    for param, wrong in (
        (Words("a", "A", limit=3), "abcd"),
        (Flag("a", "A"), 1),
        (Number("a", "A"), True),
        (Number("a", "A"), 2.5),
        (Who("a", "A"), "user:"),
        (Who("a", "A"), None),
    ):
        with pytest.raises(ValueError):
            param.check(wrong, book)
