"""Pages of people: first start, sign-in, invitation, profile, settings."""
