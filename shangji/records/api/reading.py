"""What a request to the API asks for: conditions, fields, order, cursor, body, version."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Self

import orjson
from django.core import signing
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db.models import Q, TextField
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.custom_values import STORES
from shangji.foundation.audit.values import from_json, to_json
from shangji.lib.errors import Invalid
from shangji.lib.problems import TooBig, Unreadable, Unsupported
from shangji.lib.values import dataclass
from shangji.records.conditions import Condition, Node, read_nodes
from shangji.records.description import RecordDescription
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.query import ListQuery, Row
from shangji.records.listing.sorting import sort_field
from shangji.records.listing.state import default_sort

LIMIT, MOST = 50, 200
#: lists and objects inside one another
DEPTH = 20
#: what an address of a list may say
ASKED = frozenset({"f", "sort", "fields", "cursor", "limit", "totals"})
_SIGNER = signing.Signer(salt="shangji.api.cursor")


@dataclass(frozen=True)
class ListAsked:
    """A list as its address asks for it, every key allowed to the actor."""

    conditions: tuple[Node, ...]
    sort: str
    fields: tuple[str, ...]
    limit: int
    cursor: str
    totals: bool

    def also(self, condition: Condition) -> Self:
        """The same list, narrowed."""
        return replace(self, conditions=(*self.conditions, condition))

    def query(self, description: RecordDescription, actor: Actor) -> ListQuery:
        return ListQuery(
            description,
            actor,
            conditions=self.conditions,
            sort=self.sort,
            columns=self.fields,
            typed=True,
        )


def read_list(description: RecordDescription, actor: Actor, params: QueryDict) -> ListAsked:
    """The list an address asks for. Invalid with one text for hidden and misspelt keys."""
    for key in params:
        if key not in ASKED:
            raise Invalid.field(key[:40], _("A list does not take this parameter."))
    sort = params.get("sort", "") or default_sort(description, actor)
    with naming("sort"):
        sort_field(description, actor, sort)
    with naming("f"):
        conditions = read_nodes([text for text in params.getlist("f") if text])
    return ListAsked(
        conditions=conditions,
        sort=sort,
        fields=read_fields(description, actor, params),
        limit=_limit(params.get("limit", "")),
        cursor=params.get("cursor", ""),
        totals=params.get("totals", "") in {"1", "true"},
    )


def read_fields(description: RecordDescription, actor: Actor, params: QueryDict) -> tuple[str, ...]:
    """The fields asked for with `fields=a,b`, each one the actor may know of; () for none."""
    keys = dict.fromkeys(key for key in params.get("fields", "")[:4000].split(",") if key)
    with naming("fields"):
        for key in keys:
            description.field(key, actor)
    return tuple(keys)


@contextmanager
def naming(name: str) -> Iterator[None]:
    """A refusal that names no field is about this part of the request."""
    try:
        yield
    except Invalid as refusal:
        if set(refusal.errors) == {""}:
            raise Invalid({name: refusal.errors[""]}) from None
        raise


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not text.isdecimal() or len(text) > 12 or int(text) == 0:
        raise Invalid.field("limit", _("Should be between 1 and %(n)s.") % {"n": MOST})
    return min(int(text), MOST)


# ---------------------------------------------------------------- cursors


def cursor_after(query: ListQuery, row: Row) -> str:
    """Where the next page begins: behind this row in this order. Signed, so that it is ours."""
    value = to_json(_value(query, row))
    text = json.dumps([query.sort, value, row["pk"]], ensure_ascii=False, separators=(",", ":"))
    return signing.b64_encode(_SIGNER.sign(text).encode()).decode()


def behind(query: ListQuery, cursor: str) -> Q:
    """Rows behind a cursor. Invalid for one that is not ours, or of another order."""
    wrong = Invalid.field("cursor", _("This cursor belongs to another list. Begin without one."))
    try:
        text = _SIGNER.unsign(signing.b64_decode(cursor[:4000].encode()).decode())
        sort, value, pk = json.loads(text)
        value = from_json(_column(query), value)
    except (ValueError, ValidationError, signing.BadSignature):
        raise wrong from None
    if sort != query.sort:
        raise wrong
    path, down = _path(query), query.sort.startswith("-")
    side = "lt" if down else "gt"
    if path == "pk":
        return Q(**{f"pk__{side}": pk})
    if value is None:
        return Q(**{f"{path}__isnull": True, f"pk__{side}": pk})
    later = Q(**{f"{path}__{side}": value}) | Q(**{path: value, f"pk__{side}": pk})
    # the rows without a value come last, whichever way the list goes
    return later | Q(**{f"{path}__isnull": True})


def sort_paths(query: ListQuery) -> tuple[str, ...]:
    """The ORM paths that a list's rows must have for a cursor."""
    first = query.sorts[0]
    return (first.path,) if first.shown is None else first.field.paths()


def _path(query: ListQuery) -> str:
    return query.sorts[0].path


def _value(query: ListQuery, row: Row) -> Any:
    """What a row is sorted by: of a link, the name as the reader may know it."""
    first = query.sorts[0]
    if first.shown is None:
        return row.get(first.path)
    one = first.field
    return one.kind.text(row, one.orm, FormatContext.of(query.actor, timezone.now())) or None


def _column(query: ListQuery) -> Any:
    """The field whose Python values a cursor holds."""
    first = query.sorts[0]
    if first.shown is not None:
        return TextField()
    if first.field.is_custom:
        return STORES[first.field.key[0]].output
    model: Any = query.description.model
    item = None
    for name in first.path.split("__"):
        item = model._meta.pk if name == "pk" else model._meta.get_field(name)
        model = item.related_model
    return item


# ---------------------------------------------------------------- bodies


def read_body(request: HttpRequest) -> Any:
    """The JSON of a request; no body is an empty object.

    Raises Unsupported, Unreadable or TooBig, each with what to do.
    """
    try:
        if not request.body:
            return {}
        if request.content_type != "application/json":
            raise Unsupported(_("The body should be JSON."))
        data = orjson.loads(request.body)
    except RequestDataTooBig:
        raise TooBig(_("A request may have 2 MB.")) from None
    except orjson.JSONDecodeError as error:
        text = _("The body is not JSON: %(why)s") % {"why": str(error)[:200]}
        raise Unreadable(text) from None
    if _deeper(data, DEPTH):
        raise Unreadable(_("The body is nested too deep; %(n)s levels are read.") % {"n": DEPTH})
    return data


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The same, where an object is needed."""
    data = read_body(request)
    if not isinstance(data, dict):
        raise Unreadable(_("The body should be a JSON object."))
    return data


def _deeper(data: Any, depth: int) -> bool:
    if not isinstance(data, list | dict):
        return False
    if depth == 0:
        return True
    parts = data.values() if isinstance(data, dict) else data
    return any(_deeper(part, depth - 1) for part in parts)


def read_values(
    description: RecordDescription, actor: Actor, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Values by field key of a JSON object. Invalid with an error for each key that is wrong.

    A key that is no field, hidden, read-only or kept by Shangji itself is an error, never ignored.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for key, value in data.items():
        try:
            one = description.writable_field(key, actor)
            values[key] = one.kind.read_data(value, actor=actor)
        except Invalid as refusal:
            errors[key[:40]] = [str(refusal.message)]
        except ValueError as problem:
            errors[key] = [str(problem)]
    if errors:
        raise Invalid(errors)
    return values


def read_version(request: HttpRequest, data: dict[str, Any]) -> int | None:
    """The version a change was based on, taken out of the body: `version`, or `If-Match`."""
    given = data.pop("version", None)
    if given is None:
        given = request.headers.get("If-Match", "").strip('W/"') or None
    if given is None:
        return None
    if isinstance(given, bool) or not str(given).isdecimal() or len(str(given)) > 9:
        raise Invalid.field("version", _("Should be the version you read, a whole number."))
    return int(given)
