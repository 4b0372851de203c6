"""Kinds of steps that work on any record."""
