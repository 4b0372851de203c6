"""The values fields of evaluation may have, with their labels: one file per noun."""
