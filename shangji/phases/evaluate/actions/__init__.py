"""What evaluation writes: one file per noun."""
