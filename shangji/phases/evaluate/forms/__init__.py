"""What the pages of evaluation send, read and checked: one file per noun. Nothing is saved here."""
