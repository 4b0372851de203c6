"""Writes on described records: one at a time (`records`), many (`bulk`), saved views (`views`)."""

from shangji.records.actions.records import (
    assign_record,
    check_values,
    columns,
    create_record,
    delete_record,
    edit_record,
    insert,
    restore_record,
    update,
)

__all__ = [
    "assign_record",
    "check_values",
    "columns",
    "create_record",
    "delete_record",
    "edit_record",
    "insert",
    "restore_record",
    "update",
]
