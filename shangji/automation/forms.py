"""The settings of a step, as its kind asks for them."""

from typing import Any

from shangji.automation.models import TriggeredStep
from shangji.automation.params import Book, Flag, Words
from shangji.automation.steps import StepKind
from shangji.foundation.people.forms.fields import Versioned


class StepForm(Versioned):
    """One field for each parameter of the kind."""

    def __init__(
        self,
        data: Any,
        *,
        kind: StepKind,
        book: Book,
        row: TriggeredStep | None = None,
        values: dict[str, Any] | None = None,
    ) -> None:
        initial = {one.key: one.default for one in kind.params} | (values or {})
        super().__init__(data, row=row, initial=initial)
        for one in kind.params:
            self.fields[one.key] = one.field(book)
            if isinstance(one, Words | Flag):
                self.fields[one.key].whole_row = True  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """By parameter, as the actions take them."""
        values: dict[str, Any] = {
            key: value for key, value in self.cleaned_data.items() if key != "version"
        }
        return values

    def based_on(self) -> int | None:
        found: int | None = self.cleaned_data.get("version")
        return found
