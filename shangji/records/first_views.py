"""The view a list opens with: one's own choice, else the role's, else the first preset."""

from dataclasses import field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.queries import all_roles
from shangji.lib.errors import DomainError
from shangji.lib.values import dataclass
from shangji.records import saved_views
from shangji.records.description import RecordDescription
from shangji.records.models import FirstView, SavedView

#: the right to choose for a role
RIGHT = "settings.workspace"
#: stands for a type's list without a view, where the type ships none
ALL = "all"


@dataclass
class FirstViews:
    """What was chosen for a type, as far as one reader is concerned: asked once per page."""

    description: RecordDescription
    actor: Actor
    rows: list[FirstView] = field(init=False)

    def __post_init__(self) -> None:
        near = Q(person_id=self.actor.user_id) if self.actor.user_id else Q(pk__in=[])
        near |= ~Q(role="") if self.may_choose else Q(role=self.role)
        self.rows = list(FirstView.objects.alive().filter(near, of_type=self.description.type))

    @property
    def may_choose(self) -> bool:
        """Whether the reader chooses for roles."""
        return self.actor.can(RIGHT)

    @property
    def role(self) -> str:
        return self.actor.user.role if self.actor.user is not None else ""

    @cached_property
    def mine(self) -> str:
        return next((one.view for one in self.rows if one.person_id is not None), "")

    @cached_property
    def of_roles(self) -> dict[str, str]:
        """Views by the key of the role."""
        return {one.role: one.view for one in self.rows if one.role}

    @cached_property
    def opening(self) -> str:
        """The view to open with; "" where nothing is chosen that the reader may still see."""
        for view in (self.mine, self.of_roles.get(self.role, "")):
            if view and self._opens(view):
                return view
        return ""

    def _opens(self, view: str) -> bool:
        try:
            _state, shown = saved_views.base_state(self.description, self.actor, view)
        except DomainError:
            return False
        return shown is None or not shown.broken

    def menu(self, here: str, views: list[SavedView]) -> dict[str, Any]:
        """What the menu of views says and offers.

        Args:
            here: the view that is open.
            views: the saved views the reader sees.
        """
        names = {str(one.pk): one.name for one in views}
        names |= {one.key: str(one.label) for one in self.description.presets}
        names.setdefault(ALL, _("All"))
        here = here or ALL
        opening = self.opening
        shared = {str(one.pk) for one in views if one.shared_with != SavedView.PRIVATE}
        fits = not here.isdecimal() or here in shared
        return {
            "here": here,
            "is_mine": self.mine == here,
            "has_mine": bool(self.mine),
            "opens": names.get(opening, ""),
            "by_me": bool(opening) and opening == self.mine,
            "is_private": not fits,
            "roles": [
                {
                    "key": one.key,
                    "name": one.name,
                    "view": names.get(self.of_roles.get(one.key, ""), ""),
                }
                for one in all_roles()
            ]
            if self.may_choose
            else [],
        }


def asked_view(description: RecordDescription, actor: Actor, params: QueryDict) -> str:
    """The view an address stands for: the one it names, or for a bare address the one chosen."""
    return params.get("view", "") if params else FirstViews(description, actor).opening
