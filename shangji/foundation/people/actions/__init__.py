"""Everything that changes people, teams, roles and the workspace's own settings."""
