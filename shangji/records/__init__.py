"""The record engine: descriptions, field kinds, lists, boards, forms, import and export."""
