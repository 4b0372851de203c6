"""Workflows, approvals and schedules: know records by their description only."""
