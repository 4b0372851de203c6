"""Import: read a sheet, guess its mapping, try it, bring it in by chunks, take it back whole."""
