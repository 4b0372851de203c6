"""What a trial tells: counts with examples, causes with their lines, words nobody knows."""

from collections.abc import Iterable
from dataclasses import field
from itertools import islice
from typing import Any

from shangji.lib.sheets import Problems
from shangji.lib.values import dataclass
from shangji.records.imports.engine import Importer
from shangji.records.imports.plan import EXAMPLES, Change, Failure, Plan
from shangji.records.imports.readers import text_of
from shangji.records.kinds import Choice, Link, Person

MAX_CAUSES = 100
MAX_LINES = 20
MAX_PROBLEMS = 50


@dataclass
class Report:
    """Counts of a trial, and why rows fail."""

    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    causes: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, rows: int, plan: Plan, importer: Importer) -> None:
        self._take_examples(plan, importer)
        self.total += rows
        self.created += len(plan.new)
        self.updated += len(plan.changes)
        self.unchanged += plan.unchanged
        self.skipped += plan.skipped
        self.failed += len(plan.failures)
        collect(self.causes, plan.failures)

    def _take_examples(self, plan: Plan, importer: Importer) -> None:
        """The first rows of each outcome, with what they are about."""
        for key, rows in (
            ("created", ((one.line, importer.rows.title(one.values), []) for one in plan.new)),
            ("updated", ((c.line, c.record, changes(importer, c)) for c in plan.changes)),
            ("unchanged", ((line, record, []) for line, record in plan.examples)),
        ):
            kept = self.examples.setdefault(key, [])
            for line, what, fields in islice(rows, max(0, EXAMPLES - len(kept))):
                kept.append({"line": line, "what": str(what)[:120], "changes": fields})

    def document(self, importer: Importer, problems: Problems) -> dict[str, Any]:
        """JSON of the whole, kept on the import."""
        return {
            "total": self.total,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "failed": self.failed,
            "causes": cause_list(self.causes),
            "examples": self.examples,
            "words": importer.words(),
            "problems": [
                {"line": one.line, "cause": one.cause}
                for one, _number in zip(problems, range(MAX_PROBLEMS), strict=False)
            ],
            "problem_count": problems.count,
        }


def changes(importer: Importer, change: Change) -> list[list[str]]:
    """[name of the field, what it holds, what it will] of a row that changes a record."""
    found = []
    for key in change.values:
        if key not in importer.fields:
            continue
        column = importer.mapping.column_of(key)
        if column is not None and column.header in importer.header:
            new = text_of(change.cells[importer.header.index(column.header)])
        else:
            given = importer.mapping.constants
            new = next((one.value for one in given if one.field == key), "")
        label = str(importer.fields[key].label)
        found.append([label, _held(importer, change.record, key)[:80], new.strip()[:80]])
    return found


def _held(importer: Importer, record: Any, key: str) -> str:
    one = importer.fields[key]
    if isinstance(one.kind, Link | Person):
        return str(getattr(record, one.orm, None) or "")
    value = importer.rows.current(record, key)
    if isinstance(one.kind, Choice):
        option = one.kind.option(value)
        return str(option.label) if option else ""
    return one.kind.edit_text(value, locale="en")


def collect(causes: dict[tuple[str, str], dict[str, Any]], failures: Iterable[Failure]) -> None:
    """Count failures by cause, with the first lines and one example of each."""
    for one in failures:
        for header, cause in one.causes:
            found = causes.get((header, cause))
            if found is None:
                if len(causes) >= MAX_CAUSES:
                    continue
                example = ", ".join(filter(None, (text_of(cell) for cell in one.cells)))
                found = causes[header, cause] = {"count": 0, "lines": [], "example": example[:200]}
            found["count"] += 1
            if len(found["lines"]) < MAX_LINES:
                found["lines"].append(one.line)


def cause_list(causes: dict[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """Causes, the most frequent first."""
    rows = [
        {"header": header, "cause": cause, **found} for (header, cause), found in causes.items()
    ]
    return sorted(rows, key=lambda one: -int(one["count"]))
