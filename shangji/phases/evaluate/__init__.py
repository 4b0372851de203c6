"""Evaluate 评估: which opportunities deserve the work."""
