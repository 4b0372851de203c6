"""Scorecards as they stand. Few rows, read on many pages: kept per process for two seconds."""

from django.db.models import Count
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require_right
from shangji.foundation.workspace.memory import Memory
from shangji.lib.errors import Invalid, NotFound
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Assessment, Scorecard, ScorecardVersion
from shangji.phases.evaluate.rules.scorecards import Card, Words, read_document

RIGHT = "settings.scoring"


@dataclass(frozen=True)
class Published:
    """A card in use with its newest version. `card` None: stored broken, and said so."""

    scorecard_id: int
    name: Words
    is_default: bool
    version_id: int
    number: int
    card: Card | None


_published: Memory[list[Published]] = Memory(2.0)


def forget_scorecards() -> None:
    """After a change of scorecards in this process."""
    _published.forget()


def published() -> list[Published]:
    """Cards in use that were published, the one that gives the score first."""
    return _published.get(_load)


def _load() -> list[Published]:
    newest: dict[int, ScorecardVersion] = {}
    versions = ScorecardVersion.objects.filter(
        scorecard__deleted_at=None, scorecard__is_active=True
    ).select_related("scorecard")
    for one in versions.order_by("scorecard__position", "scorecard_id", "number"):
        newest[one.scorecard_id] = one
    found = [published_of(one) for one in newest.values()]
    return sorted(found, key=lambda one: not one.is_default)


def named_cards() -> list[tuple[int, Words]]:
    """Every card with its name, retired ones too: assessments keep theirs."""
    rows = Scorecard.objects.order_by("position", "id")
    names = rows.values_list("pk", "name_zh", "name_en")
    return [(pk, Words(zh, en)) for pk, zh, en in names]


def published_of(version: ScorecardVersion) -> Published:
    """A version as it is shown and computed with."""
    row = version.scorecard
    return Published(
        scorecard_id=row.pk,
        name=Words(row.name_zh, row.name_en),
        is_default=row.is_default,
        version_id=version.pk,
        number=version.number,
        card=readable(version.definition),
    )


def readable(document: object) -> Card | None:
    """The card of a stored document; None for a broken one."""
    try:
        return read_document(document)
    except Invalid:
        return None


def default_card() -> Published | None:
    """The card that gives opportunities their score; None before one is published."""
    return next((one for one in published() if one.is_default and one.card is not None), None)


def card_in_use(scorecard_id: int | None) -> Published:
    """A published card by its id, else the default one. NotFound where there is none."""
    usable = [one for one in published() if one.card is not None]
    for one in usable:
        if one.scorecard_id == scorecard_id:
            return one
    if not usable or scorecard_id is not None:
        raise NotFound(_("There is no such scorecard in use. Publish one in settings."))
    return usable[0]


def version_of(scorecard_id: int | None, number: int | None) -> Published:
    """A version of a card by its number, else its newest one; of the card that gives the score
    where none is named. NotFound names what there is none of."""
    if number is None and scorecard_id is None:
        return card_in_use(None)
    rows = ScorecardVersion.objects.filter(scorecard__deleted_at=None).select_related("scorecard")
    card = {"scorecard__is_default": True} if scorecard_id is None else {"scorecard": scorecard_id}
    rows = rows.filter(**card) if number is None else rows.filter(**card, number=number)
    row = rows.order_by("-number").first()
    found = None if row is None else published_of(row)
    if found is None or found.card is None:
        if number is None:
            raise NotFound(_("There is no such scorecard in use. Publish one in settings."))
        raise NotFound(_("This scorecard has no version %(number)s.") % {"number": number})
    return found


# ------------------------------------------------------------------------------------- settings


@dataclass(frozen=True)
class Line:
    """A scorecard in settings: how many criteria, versions, assessments."""

    scorecard: Scorecard
    card: Card | None
    number: int
    is_changed: bool
    assessments: int


def scorecard_lines(actor: Actor) -> list[Line]:
    """Every card outside the bin for whoever shapes them. Forbidden without the right."""
    require_right(actor, RIGHT)
    newest = {one.scorecard_id: one for one in ScorecardVersion.objects.order_by("number")}
    rated = Assessment.objects.alive().order_by().values("scorecard_id")
    counted = {one["scorecard_id"]: one["n"] for one in rated.annotate(n=Count("pk"))}
    lines = []
    for row in Scorecard.objects.alive():
        version = newest.get(row.pk)
        lines.append(
            Line(
                scorecard=row,
                card=readable(row.draft),
                number=version.number if version else 0,
                is_changed=version is None or version.definition != row.draft,
                assessments=counted.get(row.pk, 0),
            )
        )
    return lines


def scorecard_of(actor: Actor, pk: int) -> Scorecard:
    """One card for its editor. Forbidden without the right, NotFound when it is gone."""
    require_right(actor, RIGHT)
    return get_visible(Scorecard, actor, pk)


def versions_of(scorecard: Scorecard) -> list[ScorecardVersion]:
    """Published states, newest first."""
    return list(scorecard.versions.select_related("published_by"))
