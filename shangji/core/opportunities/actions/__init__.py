"""Writes on opportunities: one file per verb."""

from shangji.core.opportunities.actions.bulk import bulk_move_to_stage, bulk_set_next_step
from shangji.core.opportunities.actions.create import create_opportunity
from shangji.core.opportunities.actions.edit import (
    edit_opportunity,
    reset_forecast,
    reset_probability,
    set_next_step,
)
from shangji.core.opportunities.actions.move import (
    lose_opportunity,
    move_to_stage,
    reopen_opportunity,
    win_opportunity,
)
from shangji.core.opportunities.actions.parts import (
    remove_person,
    set_competitors,
    set_lines,
    set_person,
)
from shangji.core.opportunities.actions.touches import record_touch

__all__ = [
    "bulk_move_to_stage",
    "bulk_set_next_step",
    "create_opportunity",
    "edit_opportunity",
    "lose_opportunity",
    "move_to_stage",
    "record_touch",
    "remove_person",
    "reopen_opportunity",
    "reset_forecast",
    "reset_probability",
    "set_competitors",
    "set_lines",
    "set_next_step",
    "set_person",
    "win_opportunity",
]
