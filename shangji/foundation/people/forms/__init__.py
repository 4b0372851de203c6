"""Forms validate; actions change."""
