"""Identify 识别: where opportunities come from."""
