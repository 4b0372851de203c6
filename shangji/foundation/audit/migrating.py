"""Adding the column of custom values to a table that may be long, and has triggers."""

from typing import Any

from django.db import migrations

from shangji.foundation.audit.custom_values import COLUMN, CustomValues


class AddCustomValues(migrations.AddField):
    """The column with its default in the database: at once, whatever the number of rows.

    Django would build a SQLite table anew for it, and lose the triggers on it.
    """

    def __init__(self, model_name: str) -> None:
        super().__init__(model_name, COLUMN, CustomValues())

    def deconstruct(self) -> Any:
        return (type(self).__name__, [], {"model_name": self.model_name})

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        quote = schema_editor.quote_name
        column = quote(COLUMN)
        kind = (
            "jsonb DEFAULT '{}'::jsonb NOT NULL"
            if schema_editor.connection.vendor == "postgresql"
            # what Django writes for the field in a new table
            else f"text DEFAULT '{{}}' NOT NULL CHECK ((JSON_VALID({column}) OR {column} IS NULL))"
        )
        table = quote(model._meta.db_table)
        schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        quote = schema_editor.quote_name
        schema_editor.execute(
            f"ALTER TABLE {quote(model._meta.db_table)} DROP COLUMN {quote(COLUMN)}"
        )
