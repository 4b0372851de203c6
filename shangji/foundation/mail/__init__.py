"""Outgoing mail through the outbox."""
