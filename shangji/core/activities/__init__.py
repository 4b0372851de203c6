"""Calls, meetings, visits, tasks and notes."""
