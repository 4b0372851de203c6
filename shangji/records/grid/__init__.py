"""Cells of a list as a spreadsheet has them: pasted blocks, fill down, widths of columns."""
