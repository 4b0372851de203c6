"""The nouns that two or more phases share."""
