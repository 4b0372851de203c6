"""The arithmetic of evaluation, one file per noun: no database, clock or request."""
