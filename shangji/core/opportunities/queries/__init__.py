"""Reads on opportunities: one file per question."""
