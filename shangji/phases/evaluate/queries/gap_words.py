"""A gap in words: what is missing, and what to do about it."""

from collections.abc import Callable

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.money import format_exact
from shangji.phases.evaluate.choices.capacity import LEVEL_LABELS
from shangji.phases.evaluate.queries.demand import DemandLine
from shangji.phases.evaluate.rules.gaps import (
    BUDGET,
    DECLINE,
    HIRE,
    HOURS,
    LEVEL,
    MOVE,
    PARTNER,
    RAISE,
    SKILL,
    TAKEN,
    Gap,
)
from shangji.phases.evaluate.rules.weeks import hours_of

#: the remedy in one or two words, beside the sentences
REMEDIES: dict[str, Callable[[], str]] = {
    HIRE: lambda: _("Hire"),
    PARTNER: lambda: _("Partner"),
    MOVE: lambda: _("Move"),
    RAISE: lambda: _("Raise budget"),
    DECLINE: lambda: _("Decline"),
}


def plain(hours: object) -> str:
    """Hours without idle zeros: 40, 7.5."""
    text = f"{hours}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def why_words(line: DemandLine) -> str:
    """Why nobody does this demand."""
    gap, demand = line.gap, line.demand
    if gap is None:
        return ""
    name = line.gap_person.name if line.gap_person else ""
    values = {
        "skill": demand.skill.name,
        "name": name,
        "level": LEVEL_LABELS[demand.level],
        "best": LEVEL_LABELS.get(gap.best, gap.best),
        "hours": plain(demand.hours),
        "free": plain(hours_of(gap.best)),
    }
    words: dict[str, Callable[[], str]] = {
        SKILL: lambda: _("Nobody has the skill “%(skill)s”."),
        LEVEL: lambda: _(
            "Nobody reaches level “%(level)s” in %(skill)s; %(name)s is closest with “%(best)s”."
        ),
        BUDGET: lambda: _("The budget pays for nobody who has %(skill)s at this level."),
        HOURS: lambda: _("Nobody has %(hours)s hours free in these weeks."),
        TAKEN: lambda: _("The hours that would fit go to work that is worth more."),
    }
    return words[gap.why]() % values


def remedy_words(line: DemandLine, actor: Actor, lead: int) -> str:
    """What to do about it. A cost is named only to those who may see costs.

    Args:
        lead: weeks until the work should start.
    """
    gap = line.gap
    if gap is None:
        return ""
    if gap.remedy == MOVE:
        return ngettext(
            "Move the window %(n)s week later: %(name)s has the hours then.",
            "Move the window %(n)s weeks later: %(name)s has the hours then.",
            gap.shift,
        ) % {"n": gap.shift, "name": line.gap_person.name if line.gap_person else ""}
    if gap.remedy == RAISE:
        return _raise_words(gap, actor)
    lead = max(0, lead)
    sentence = {
        HIRE: ngettext(
            "Hire: %(n)s week is left until the start.",
            "Hire: %(n)s weeks are left until the start.",
            lead,
        ),
        PARTNER: ngettext(
            "Find a partner: %(n)s week until the start is too short to hire.",
            "Find a partner: %(n)s weeks until the start are too short to hire.",
            lead,
        ),
        DECLINE: _("Decline, or agree on a later start: in this time nobody can be found."),
    }
    return sentence[gap.remedy] % {"n": lead}


def _raise_words(gap: Gap, actor: Actor) -> str:
    if "cost_per_hour" in actor.hidden_fields("specialist") or gap.budget is None:
        return _("Raise the budget, or decline.")
    amount = format_exact(gap.budget, current_workspace().currency, get_language() or "en")
    return _("Raise the budget to %(amount)s, or decline.") % {"amount": amount}
