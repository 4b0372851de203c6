"""The pages every described record type gets."""
