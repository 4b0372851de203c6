"""What happens to opportunities, told to phases and automation."""

from typing import ClassVar

from shangji.foundation.events.bus import Event
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class OpportunityCreated(Event):
    name: ClassVar[str] = "opportunity.created"
    opportunity_id: int
    by_id: int | None


@dataclass(frozen=True)
class OpportunityMoved(Event):
    """`from_stage_id` and `to_stage_id` differ; phase and status are those after the move."""

    name: ClassVar[str] = "opportunity.moved"
    opportunity_id: int
    from_stage_id: int
    to_stage_id: int
    phase: str
    status: str
    by_id: int | None


@dataclass(frozen=True)
class OpportunityWon(Event):
    name: ClassVar[str] = "opportunity.won"
    opportunity_id: int
    by_id: int | None


@dataclass(frozen=True)
class OpportunityLost(Event):
    name: ClassVar[str] = "opportunity.lost"
    opportunity_id: int
    reason_id: int
    by_id: int | None


@dataclass(frozen=True)
class OpportunityReopened(Event):
    name: ClassVar[str] = "opportunity.reopened"
    opportunity_id: int
    to_stage_id: int
    by_id: int | None


@dataclass(frozen=True)
class OpportunityAssigned(Event):
    name: ClassVar[str] = "opportunity.assigned"
    opportunity_id: int
    owner_id: int | None
    by_id: int | None
