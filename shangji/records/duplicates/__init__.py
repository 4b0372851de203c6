"""Likely duplicates: keys of records, rules of what counts, a queue of suspected pairs."""
