"""Maintain 维护: service, renewal, and the next opportunity."""
