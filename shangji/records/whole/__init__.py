"""A whole workspace as one archive, and an identical one from it: docs/decisions/0012."""
