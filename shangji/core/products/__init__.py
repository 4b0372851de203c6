"""Catalogue and prices."""
