"""Evaluate 评估: a pile of leads becomes an order of work, with numbers that explain themselves."""
