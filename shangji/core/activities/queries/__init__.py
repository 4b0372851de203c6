"""Reads of activities: the timeline of a record, the calendar of a person."""
