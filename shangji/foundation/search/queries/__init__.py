"""Reads of the search box: what an actor finds, and what it keeps at hand."""

from shangji.foundation.search.queries.finding import Group, search, search_groups
from shangji.foundation.search.queries.hits import Hit, pinned_records, recent_records

__all__ = ["Group", "Hit", "pinned_records", "recent_records", "search", "search_groups"]
