"""The API under /api/v1/: the doors of every app in one place."""
