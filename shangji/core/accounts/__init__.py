"""Companies and persons we sell to."""
