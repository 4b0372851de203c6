"""The workspace itself: name, currency, rates, working calendar."""
