"""Forms of opportunities: they read and check, never save."""

from shangji.core.opportunities.forms.reading import (
    LineRow,
    line_rows,
    read_date,
    read_id,
    read_lines,
    read_reason,
    read_time,
)

__all__ = [
    "LineRow",
    "line_rows",
    "read_date",
    "read_id",
    "read_lines",
    "read_reason",
    "read_time",
]
