from __future__ import annotations

import pytest

from shangji.lib.errors import BadInput, Conflict, DomainError, Forbidden, Invalid, NotFound


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("gone"), 404),
        (Forbidden("no"), 403),
        (Invalid({"amount": ["too much"]}), 400),
        (Conflict("changed"), 409),
    ],
)
def test_it_carries_the_status_the_doors_answer_with(error: DomainError, status: int) -> None:
    assert isinstance(error, DomainError)
    assert error.status == status


def test_it_speaks_with_its_message() -> None:
    assert str(NotFound("No such record")) == "No such record"


def test_invalid_takes_its_message_from_the_first_field_and_copies_the_errors() -> None:
    given = {"amount": ["Too much"], "": ["Whole"]}
    error = Invalid(given)
    given["amount"].append("later")
    assert error.errors == {"amount": ["Too much"], "": ["Whole"]}
    assert str(error) == "Too much"
    assert Invalid.field("name", "Needed").errors == {"name": ["Needed"]}
    assert Invalid.whole("Nothing to do").errors == {"": ["Nothing to do"]}


def test_conflict_holds_mine_and_theirs() -> None:
    error = Conflict("changed", {"amount": (1, 2)})
    assert error.fields == {"amount": (1, 2)}
    assert Conflict("changed").fields == {}


def test_bad_input_is_a_value_error_that_fills_its_message_when_read() -> None:
    error = BadInput("Needs %(wanted)s characters, has %(found)s.", wanted=18, found=11)
    assert isinstance(error, ValueError)
    assert str(error) == error.message == "Needs 18 characters, has 11."
    assert str(BadInput("100% of it")) == "100% of it"
