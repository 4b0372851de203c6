"""Pages of insights: today, results."""
