"""What sheets bring in, one file per noun."""
