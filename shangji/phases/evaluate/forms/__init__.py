"""Forms of evaluation: they validate, never save. One file per noun."""
