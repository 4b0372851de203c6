"""Types of values in bodies of named actions: ids that fit, texts without control characters."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from shangji.records.kinds.text import clean


def _line(text: str) -> str:
    return clean(text, keep_lines=False)


def _text(text: str) -> str:
    return clean(text, keep_lines=True)


#: the id of a row
Id = Annotated[int, Field(gt=0, lt=2**63)]
#: the version of a record that a change was based on
Version = Annotated[int, Field(gt=0, lt=2**31)]
#: one line
Line = Annotated[str, Field(max_length=200), AfterValidator(_line)]
#: several lines
Text = Annotated[str, Field(max_length=20_000), AfterValidator(_text)]
#: a decimal, sent as a string or a number
Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=18, decimal_places=4)]
