"""Arithmetic of evaluation, without database, clock and request: one file per noun."""
