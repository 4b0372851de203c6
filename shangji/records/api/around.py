"""What stands around a record: its history, linked records, files; search; undo."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from shangji.foundation.access.checks import may_only_see
from shangji.foundation.audit.models import Operation, OwnedRecord
from shangji.foundation.files import access
from shangji.foundation.files.actions import Upload, delete_file, store_upload
from shangji.foundation.files.models import StoredFile
from shangji.foundation.files.pages import serve
from shangji.foundation.files.queries import files_of
from shangji.foundation.people.models import User
from shangji.foundation.search import spelling
from shangji.foundation.search.queries import Hit, search
from shangji.lib.errors import Invalid, NotFound
from shangji.records.actions import assign_record
from shangji.records.api.doors import ANY, ROOT, actor_of, door, of_slug, record_answer, seen
from shangji.records.api.reading import read_list, read_object
from shangji.records.api.showing import json_answer, list_data
from shangji.records.conditions import Condition
from shangji.records.description import by_slug, descriptions
from shangji.records.history import lines
from shangji.records.imports.undoing import undo_any
from shangji.records.kinds import Link, Person

named, router = Router(), Router()
SEARCH = (
    {"in": "query", "name": "q", "required": True, "schema": {"type": "string"}},
    {"in": "query", "name": "types", "required": False, "schema": {"type": "string"}},
    {
        "in": "query",
        "name": "limit",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 50},
    },
)
OWNED = ("account", "contact", "opportunity", "activity")
FILED = ("account", "contact", "opportunity")


# ---------------------------------------------------------------- about no record


@named.get("/search", **door("own", returns="Hits", query=SEARCH))
def find(request: HttpRequest) -> HttpResponse:
    """Records by words, the nearest first: `q`, and `types` and `limit` (at most 50) if wanted.

    Of mistyped words nothing is found: the answer is then of those that were perhaps `meant`.
    """
    params = request.GET
    limit = params.get("limit", "20")
    if not limit.isdecimal() or not 0 < int(limit[:4]) <= 50:
        raise Invalid.field("limit", _("Should be between 1 and %(n)s.") % {"n": 50})
    types = [word for word in params.get("types", "")[:400].split(",") if word]
    known = {one.type for one in descriptions()}
    if not set(types) <= known:
        raise Invalid.field("types", _("There is no such record type."))

    def look(words: str) -> list[Hit]:
        return search(actor_of(request), words, types=types or known, limit=int(limit))

    hits, meant = look(params.get("q", "")), None
    if not hits:
        meant, hits = spelling.meant(params.get("q", ""), look) or (None, [])
    return json_answer(
        {
            "meant": meant,
            "items": [
                {"type": hit.record_type, "id": hit.record_id, "title": hit.title,
                 "subtitle": hit.subtitle}
                for hit in hits
            ]
        }
    )  # fmt: skip


class Colleague(Schema):
    """Somebody who works here."""

    id: int
    name: str
    email: str
    team: str


@named.get("/people", response=list[Colleague], **door("own"))
def people(request: HttpRequest) -> list[Colleague]:
    """People who work here now, whose ids owners are."""
    rows = User.objects.filter(is_active=True).select_related("team").order_by("name", "pk")
    return [
        Colleague(id=one.pk, name=one.name, email=one.email, team=one.team.name if one.team else "")
        for one in rows
    ]


class Me(Schema):
    """Who asks, and what this key may do."""

    id: int
    name: str
    email: str
    role: str
    scopes: dict[str, str] | None


@named.get("/me", response=Me, **door("own"))
def me(request: HttpRequest) -> Me:
    """Who you are here, and what your key may do; `scopes` is null for a signed-in browser."""
    actor = actor_of(request)
    user = User.objects.get(pk=actor.user_id)
    scopes = None if actor.scopes is None else dict(actor.scopes)
    return Me(id=user.pk, name=user.name, email=user.email, role=user.role, scopes=scopes)


class Undone(Schema):
    """What was set back, and what had to stay as somebody changed it since."""

    operation: int
    restored: int
    left: list[dict[str, Any]]


@named.post("/operations/{int:pk}/undo", response=Undone, **door("own_thing"))
def undo(request: HttpRequest, pk: int) -> Undone:
    """Undo one operation of yours: an edit, a bulk edit, a deletion, an import.

    A long import goes back in the background: the answer names the operation that has begun.
    """
    actor = actor_of(request)
    target = Operation.objects.filter(pk=pk).first()
    if target is None or not (target.actor_id == actor.user_id or actor.can("audit.undo_all")):
        raise NotFound(_("Not here, or not yours to see."))
    report, _run = undo_any(actor=actor, target=target, now=timezone.now())
    assert report.operation_id is not None
    left = [{**one, "cause": _(one["cause"])} for one in report.left]
    return Undone(operation=report.operation_id, restored=report.restored, left=left)


@named.get("/files/{str:key}", **door("read_file", kinds=FILED, is_bytes=True))
def download(request: HttpRequest, key: str) -> Any:
    """The bytes of a file, as an attachment."""
    return serve(request, key)


@named.delete("/files/{str:key}", **door("edit_file", kinds=FILED, status=(204,)))
def remove_file(request: HttpRequest, key: str) -> HttpResponse:
    """Put a file into the bin."""
    delete_file(actor=actor_of(request), key=key, now=timezone.now())
    return HttpResponse(status=204)


# ---------------------------------------------------------------- around one record


@router.get("/{record:slug}/{int:pk}/history", **door("read", ANY, returns="History"))
def history(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What changed, when, by whom and through which door; newest first, the last hundred."""
    description, actor = of_slug(request, slug), actor_of(request)
    record = seen(request, description.type, pk)
    found = lines(description, actor, record, timezone.now())
    return json_answer({"items": [_line(one) for one in found]})


def _line(one: Any) -> dict[str, Any]:
    who = one.operation.actor
    return {
        "operation": one.operation.pk,
        "at": one.operation.at,
        "by": {"id": who.pk, "name": who.name} if who else None,
        "door": one.operation.door,
        "action": one.operation.action,
        "what": one.verb,
        "may_undo": one.may_undo,
        "fields": [
            {"field": part.label, "before": part.before, "after": part.after} for part in one.parts
        ],
    }


@router.post(
    "/{record:slug}/{int:pk}/assign",
    **door("assign", ANY, returns=ANY, body="Owner", example={"owner": "me"}, kinds=OWNED),
)
def assign(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give a record to somebody: an id, a mail address, `"me"`; `null` for the open pool."""
    description = of_slug(request, slug)
    record = seen(request, description.type, pk)
    if not isinstance(record, OwnedRecord):
        raise Invalid.field("owner", _("Nobody owns records of this type."))
    data = read_object(request)
    if set(data) != {"owner"}:
        raise Invalid.field("owner", _("Say who, and nothing else."))
    try:
        owner = Person().read_data(data["owner"], actor=actor_of(request))
    except ValueError as problem:
        raise Invalid.field("owner", str(problem)) from None
    given = assign_record(
        actor=actor_of(request), record=record, owner_id=owner, now=timezone.now()
    )
    return record_answer(request, given)


@router.get("/{record:slug}/{int:pk}/files", **door("read", ANY, returns="Files", kinds=FILED))
def list_files(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Files on a record, newest first."""
    description = of_slug(request, slug)
    rows = files_of(actor_of(request), description.type, pk)[:500]
    return json_answer({"items": [_file(one) for one in rows]})


@router.post(
    "/{record:slug}/{int:pk}/files",
    **door("edit", ANY, returns="File", kinds=FILED, upload=True, status=(201,)),
)
def upload(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Hang a file on a record: `multipart/form-data` with the part `file`."""
    description, actor = of_slug(request, slug), actor_of(request)
    seen(request, description.type, pk)
    if not access.may_change(actor, description.type, pk):
        raise may_only_see(actor, "edit", description.type)
    sent = request.FILES.get("file") if request.content_type == "multipart/form-data" else None
    if sent is None:
        raise Invalid.field("file", _("Send one file as multipart/form-data, in the part “file”."))
    stored = store_upload(
        actor=actor,
        upload=cast(Upload, sent),
        record_type=description.type,
        record_id=pk,
        now=timezone.now(),
    )
    return json_answer(_file(stored), 201, Location=f"{ROOT}files/{stored.key}")


def _file(one: StoredFile) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "size": one.size,
        "media_type": one.media_type,
        "sha256": one.sha256,
        "created_at": one.created_at,
    }


@router.get(
    "/{record:slug}/{int:pk}/{slug:other}",
    **door("read", ANY, returns="AnyPage", args={"other": "activities"}, kinds=FILED),
)
def related(request: HttpRequest, slug: str, pk: int, other: str) -> HttpResponse:
    """Records of another type that lead to this one, as a list: `/accounts/7/opportunities`."""
    description, target = of_slug(request, slug), by_slug(other)
    seen(request, description.type, pk)
    if target is None:
        raise NotFound(_("Not here, or not yours to see."))
    of_slug(request, other)
    actor = actor_of(request)
    hidden = actor.hidden_fields(target.type)
    for one in target.fields:
        leads = isinstance(one.kind, Link) and one.kind.target == description.type
        if leads and one.key not in hidden:
            asked = read_list(target, actor, request.GET)
            via = Condition(one.key, "is", str(pk))
            return json_answer(list_data(target, actor, asked.also(via)))
    raise NotFound(_("Records of this type do not lead there."))
