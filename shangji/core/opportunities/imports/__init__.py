"""Opportunities from a sheet, and what other sheets tell of them row by row."""

from shangji.core.opportunities.imports.parts import UndoParts
from shangji.core.opportunities.imports.rows import OpportunityRows

__all__ = ["OpportunityRows", "UndoParts"]
