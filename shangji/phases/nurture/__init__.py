"""Nurture 培育: keeping contact until the customer is ready."""
