"""Work outside the request: leases, retries, schedules, progress."""
