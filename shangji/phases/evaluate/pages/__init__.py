"""The doors of evaluation: one file per noun."""
