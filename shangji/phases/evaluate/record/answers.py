"""Answers of assessments as a field: a line of text in a list, whole in JSON, and in a table a
column for each criterion and one for what its answer rests on."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shangji.lib.markup import titled
from shangji.phases.evaluate.queries.criteria import Column, columns, evidence_text
from shangji.phases.evaluate.queries.scoring import values_in
from shangji.records.description import Field
from shangji.records.kinds import Number, Text
from shangji.records.kinds.base import FormatContext, WorkedOut

#: the field's key; the keys of its columns begin with it and a dot
ANSWERS = "answers"
EVIDENCE = "evidence"


class Answers(WorkedOut):
    """The document of `Assessment.answers`."""

    name = "answers"
    is_cut: ClassVar = True
    operators: ClassVar = ()

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        known: list[Column] | None = context.memory.get(self)
        if known is None:
            known = context.memory[self] = columns()
        parts = []
        for column in known:
            value = column.answer(row.get("scorecard_id"), row.get(path)).get("value", "")
            if value:
                parts.append(f"{column.name} {value}")
        return " · ".join(parts)

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        return titled(self.text(row, path, context))

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        def read(row: Mapping[str, Any]) -> Any:
            document = row.get(path)
            return document.get("answers", {}) if isinstance(document, Mapping) else {}

        return read

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        one = {key: {"type": "string"} for key in ("value", "text", "link")}
        answer = {"type": "object", "properties": one}
        return {"type": "object", "additionalProperties": answer}


class Value(Number):
    """0 to 10, one criterion of `answers`."""

    inline = False

    def __init__(self, column: Column) -> None:
        super().__init__(2)
        self.column = column

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        answer = self.column.answer(row.get("scorecard_id"), row.get(path))
        found: Decimal | None = values_in({"answers": {"": answer}}).get("") if answer else None
        return found


class Evidence(Text):
    """What an answer rests on, its link behind it in angle brackets."""

    inline = False

    def __init__(self, column: Column) -> None:
        super().__init__(820)
        self.column = column

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return evidence_text(self.column.answer(row.get("scorecard_id"), row.get(path)))


def answer_columns() -> Sequence[Field]:
    """Two columns for each criterion: the answer and what it rests on."""
    found = []
    for one in columns():
        shared: dict[str, Any] = {
            "path": ANSWERS,
            "needs": ("scorecard_id",),
            "writable": False,
            "sortable": False,
            "filterable": False,
        }
        evidence = format_lazy(_("{criterion}: evidence"), criterion=one.name)
        also = tuple(word for word in (one.key, one.name.zh, one.name.en) if word)
        found.append(Field(f"{ANSWERS}.{one.key}", one.name, Value(one), also=also, **shared))
        found.append(Field(f"{ANSWERS}.{one.key}.{EVIDENCE}", evidence, Evidence(one), **shared))
    return found
