"""Pages of opportunities: the board, the record, moves, its parts, settings."""
