"""Lists: what the address asks (`state`), the rows and totals (`query`), their HTML (`table`)."""
