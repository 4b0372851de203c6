"""Rows that a program needs by id: pipelines with stages, reasons, channels."""

from django.http import HttpRequest
from ninja import Router, Schema

from shangji.core.opportunities.queries.channels import channels as channels_in_use
from shangji.core.opportunities.queries.pipelines import pipelines as pipelines_in_use
from shangji.core.opportunities.queries.pipelines import reasons as reasons_in_use
from shangji.core.opportunities.queries.pipelines import stages
from shangji.foundation.access.checks import require_type
from shangji.records.api.doors import actor_of, door

router = Router()


class StageOut(Schema):
    """A stage: its phase and kind (open, won, lost), the usual win rate in percent."""

    id: int
    key: str
    name: str
    phase: str
    kind: str
    probability: int
    stale_days: int


class PipelineOut(Schema):
    """A pipeline with its stages in order."""

    id: int
    name: str
    is_default: bool
    stages: list[StageOut]


class ReasonOut(Schema):
    """Why something is won or lost; `parent` groups, `needs_note` asks for a note."""

    id: int
    key: str
    name: str
    outcome: str
    parent_id: int | None
    needs_note: bool


class ChannelOut(Schema):
    """Where opportunities come from."""

    id: int
    key: str
    name: str


@router.get("/pipelines", response=list[PipelineOut], **door("list", "opportunity"))
def pipelines(request: HttpRequest) -> list[PipelineOut]:
    """Pipelines and their stages, whose ids a move needs."""
    require_type(actor_of(request), "read", "opportunity")
    return [
        PipelineOut(
            id=one.pk, name=one.name, is_default=one.is_default,
            stages=[StageOut.from_orm(stage) for stage in stages(one.pk)],
        )
        for one in pipelines_in_use()
    ]  # fmt: skip


@router.get("/reasons", response=list[ReasonOut], **door("list", "opportunity"))
def reasons(request: HttpRequest) -> list[ReasonOut]:
    """Reasons for winning and losing."""
    require_type(actor_of(request), "read", "opportunity")
    found = [*reasons_in_use("won"), *reasons_in_use("lost")]
    return [ReasonOut.from_orm(one) for one in found]


@router.get("/channels", response=list[ChannelOut], **door("list", "opportunity"))
def channels(request: HttpRequest) -> list[ChannelOut]:
    """Channels in use."""
    require_type(actor_of(request), "read", "opportunity")
    return [ChannelOut(id=one.pk, key=one.key, name=str(one)) for one in channels_in_use()]
