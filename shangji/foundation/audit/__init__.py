"""The one ledger of change: operations, changes, undo."""
