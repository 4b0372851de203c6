"""Writes on described records: one (`records`), many (`bulk`), `saved_views`, the `bin`."""

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
