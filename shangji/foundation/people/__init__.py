"""Users, teams, invitations, sign-in."""
