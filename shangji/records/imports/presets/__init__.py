"""Files that people bring from other systems: one JSON file a system, read by `known`."""
