"""Roles, scopes and who may see what."""
