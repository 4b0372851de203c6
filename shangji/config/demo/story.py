"""What stories of the demo refer to, and what one becomes."""

from dataclasses import field
from decimal import Decimal
from typing import Any

from shangji.config.demo.ledger import Op
from shangji.config.demo.plans import Plan
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Channel, Touch
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import (
    Competitor,
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
    OpportunityPerson,
    Reason,
    Stage,
    StageMove,
)
from shangji.core.products.models import Product
from shangji.lib.values import dataclass


@dataclass
class Stock:
    """Rows that stories refer to."""

    stages: dict[str, Stage]
    channels: dict[str, Channel]
    reasons: dict[str, list[Reason]]
    products: list[tuple[Product, Decimal]]
    competitors: list[Competitor]


@dataclass
class Story:
    """What one plan became; children refer to `record` once it is saved."""

    plan: Plan
    record: Opportunity
    contact: Contact
    moves: list[tuple[StageMove, Op]] = field(default_factory=list)
    touches: list[tuple[Touch, Op, dict[str, Any]]] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    people: list[OpportunityPerson] = field(default_factory=list)
    lines: list[OpportunityLine] = field(default_factory=list)
    rivals: list[OpportunityCompetitor] = field(default_factory=list)
