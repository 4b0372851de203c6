"""Channels and the dated touches on the identity line."""
