"""Uploaded files: one path in, one path out."""
