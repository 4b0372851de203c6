"""Rows of evaluation for tests and samples, without the ledger: one file per noun."""
