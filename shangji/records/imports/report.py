"""What a trial tells: counts, causes with their lines, words nobody knows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shangji.lib.sheets import Problems
from shangji.records.imports.engine import Importer
from shangji.records.imports.plan import Failure, Plan
from shangji.records.imports.readers import text_of

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

    def add(self, rows: int, plan: Plan) -> None:
        self.total += rows
        self.created += len(plan.new)
        self.updated += len(plan.changes)
        self.unchanged += plan.unchanged
        self.skipped += plan.skipped
        self.failed += len(plan.failures)
        collect(self.causes, plan.failures)

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
            "words": importer.words(),
            "problems": [
                {"line": one.line, "cause": one.cause}
                for one, _number in zip(problems, range(MAX_PROBLEMS), strict=False)
            ],
            "problem_count": problems.count,
        }


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
