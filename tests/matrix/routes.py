"""Every route with what it is asked and which table of the matrix answers for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shangji.phases.evaluate.factories import make_decision, make_forecast, make_risk
from shangji.phases.evaluate.models import Decision, ProfitForecast, Risk
from shangji.records.duplicates.models import DuplicatePair
from tests.matrix.table import Table
from tests.matrix.world import MAKERS, NOW, TYPES, World, hang_file

Args = Callable[[World, str, str, str], Mapping[str, Any]]
Data = Callable[[World, str, str, str], Mapping[str, Any]]


def nothing(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {}


def pk(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    """The record as the only parameter."""
    return {"pk": world.record(role, kind, column).pk}


def typed(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {"record_type": kind, **pk(world, role, kind, column)}


def mine(what: str) -> Args:
    """One's own thing, or the same of a stranger."""

    def args(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
        whose = "foreign" if column == "theirs" else role if role in world.other else "rep"
        return {"pk": world.other[whose][what].pk}

    return args


def thing(what: str) -> Args:
    return lambda world, role, kind, column: {"pk": world.other[what].pk}


def fixed(**values: Any) -> Args:
    return lambda world, role, kind, column: values


@dataclass(frozen=True)
class Ask:
    """One way to ask a route.

    Attributes:
        expect: the table that answers.
        kinds: record types it is asked for; "" for routes about none.
        slugged: the route takes the slug of the type.
        changes: for bulk verbs, the table whose "ok" cells are those where the row changes.
    """

    expect: Table
    method: str = "get"
    args: Args = nothing
    data: Data = nothing
    kinds: tuple[str, ...] = ("",)
    slugged: bool = False
    changes: Table | None = None
    query: str = ""
    json: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def get(expect: Table, args: Args = nothing, **more: Any) -> Ask:
    return Ask(expect, "get", args, **more)


def post(expect: Table, args: Args = nothing, data: Any = None, **more: Any) -> Ask:
    given = data if callable(data) else fixed(**(data or {}))
    return Ask(expect, "post", args, given, **more)


def owned(make: Callable[..., Ask], expect: Table, args: Args = pk, **more: Any) -> Ask:
    """A slug route on one record of each type with an owner."""
    return make(expect, args, kinds=TYPES, slugged=True, **more)


def product(make: Callable[..., Ask], expect: Table, args: Args = pk, **more: Any) -> Ask:
    return make(expect, args, kinds=("product",), slugged=True, **more)


def each(
    make: Callable[..., Ask], expect: Table, other: Table, args: Args = nothing, **more: Any
) -> list[Ask]:
    """A slug route about a whole type."""
    return [
        make(expect, args, kinds=TYPES, slugged=True, **more),
        make(other, args, kinds=("product",), slugged=True, **more),
    ]


def title(kind: str) -> str:
    return "subject" if kind == "activity" else "name"


def named(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {title(kind): "Renamed", "kind": "task"} if kind == "activity" else {"name": "Renamed"}


def a_field(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {**pk(world, role, kind, column), "key": title(kind)}


def one_id(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {"ids": [world.record(role, kind or "opportunity", column).pk], "go": "1"}


def one_to_merge(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    """A record of one's own that goes into another."""
    return {"others": [MAKERS[kind](world.people.get(role, world.people["rep"])).pk]}


def two_to_merge(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    kept = world.record(role, kind, column).pk
    others = one_to_merge(world, role, kind, column)["others"]
    return {"ids": [kept, *others], "stays": kept}


def one_step(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    step = {"next_step": "Call", "next_step_on": "2026-12-01"}
    return {**one_id(world, role, kind, column), **step}


def one_move(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {**one_id(world, role, kind, column), **to_stage("verified")(world, role, kind, column)}


def bulk_ask(
    verb: str, expect: Table, changes: Table, kinds: tuple[str, ...], **values: str
) -> Ask:
    def data(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
        more = dict(values)
        if verb == "edit":
            more |= {"field": "description" if kind != "activity" else "outcome", "value": "x"}
        if verb == "assign":
            more["value"] = str(world.people["other"].pk)
        return {**one_id(world, role, kind, column), **more}

    return Ask(
        expect, "post", fixed(verb=verb), data, kinds=kinds, slugged=True, changes=changes
    )  # fmt: skip


def on_deal(make: Callable[..., Ask], expect: Table, args: Args = pk, **more: Any) -> Ask:
    return make(expect, args, kinds=("opportunity",), **more)


def its_risk(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    """A risk of the opportunity asked about."""
    deal = world.record(role, kind, column)
    found = Risk.objects.filter(opportunity=deal).first()
    return {"pk": (found or make_risk(opportunity=deal)).pk}


def its_forecast(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    """A profit forecast of the opportunity asked about."""
    deal = world.record(role, kind, column)
    found = ProfitForecast.objects.filter(opportunity=deal).first()
    return {"pk": (found or make_forecast(opportunity=deal)).pk}


def on_risk(make: Callable[..., Ask], expect: Table, **more: Any) -> Ask:
    """A route about a risk, seen with the opportunity it hangs on."""
    return make(expect, its_risk, kinds=("opportunity",), **more)


def on_request(make: Callable[..., Ask], expect: Table, **more: Any) -> Ask:
    """A route about a decision that waits for approval."""

    def its_request(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
        deal = world.record(role, kind, column)
        found = Decision.objects.filter(opportunity=deal, state="asked").first()
        asked = {"state": "asked", "decided_at": None}
        return {"pk": (found or make_decision(opportunity=deal, **asked)).pk}

    return make(expect, its_request, kinds=("opportunity",), **more)


def on_forecast(make: Callable[..., Ask], expect: Table, **more: Any) -> Ask:
    """A route about a profit forecast, seen with the opportunity it hangs on."""
    return make(expect, its_forecast, kinds=("opportunity",), **more)


def with_args(base: Args, **values: Any) -> Args:
    return lambda world, role, kind, column: {**base(world, role, kind, column), **values}


def to_stage(key: str) -> Data:
    from shangji.core.opportunities.factories import stage  # noqa: PLC0415 - models, at run time

    return lambda *_: {"stage": stage(key).pk}


def lost(*_: Any) -> Mapping[str, Any]:
    from shangji.core.opportunities.models import Reason  # noqa: PLC0415 - models, at run time

    reason = Reason.objects.filter(outcome="lost", is_active=True).exclude(parent=None).first()
    assert reason is not None
    return {"reason": reason.pk, "note": "price"}


def won(*_: Any) -> Mapping[str, Any]:
    from shangji.core.opportunities.models import Reason  # noqa: PLC0415 - models, at run time

    reason = Reason.objects.filter(outcome="won", is_active=True).first()
    return {"reason": reason.pk if reason else "", "note": "quality"}


def a_file(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {"key": hang_file(kind, world.record(role, kind, column)).key}


def a_pair(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    """A suspected pair of a record with one of one's own."""
    ids = [
        world.record(role, kind, column).pk,
        one_to_merge(world, role, kind, column)["others"][0],
    ]
    low, high = sorted(ids)
    when = {"created_at": NOW, "updated_at": NOW}
    row = DuplicatePair.objects.create(of_type=kind, low_id=low, high_id=high, score=80, **when)
    return {"pk": row.pk}


def on_file(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {"record_type": kind, "record_id": world.record(role, kind, column).pk}


def on_stage(**values: Any) -> Args:
    """A stage as the subject of an automatic step."""
    return lambda world, role, kind, column: {
        "trigger": world.other["step"].trigger,
        "subject": world.other["stage"].pk,
        **values,
    }


def of_stage(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {"stage": world.other["stage"].pk}


def in_pipeline(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    return {"pipeline": world.other["pipeline"].pk}
