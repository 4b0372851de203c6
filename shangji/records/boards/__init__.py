"""Boards: the rows of a view in columns of one field, cards that are carried between them."""
