"""What evaluation reads: one file per noun."""
