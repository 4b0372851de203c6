"""The arithmetic of evaluation: one file per noun, each a person could check by hand."""
