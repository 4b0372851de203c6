"""What evaluation begins with: one file per noun."""
