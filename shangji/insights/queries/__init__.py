"""Reads over everything a person may see: one file per report."""
