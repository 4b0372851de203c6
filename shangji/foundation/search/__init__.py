"""One box over all records."""
