"""Merging: several records become one; everything that led to the others leads to it."""
