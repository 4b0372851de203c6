"""Pages of activities: following up, the calendar, its private feed."""
