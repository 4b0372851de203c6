"""What a step may be set to: one class per kind of value.

A value is checked when it is saved and again each time it is read, so that a setting written by
another release, or about a person who left, is shown as broken and never run.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.people.forms.fields import Combobox
from shangji.lib.values import dataclass

OWNER, LEADER = "owner", "leader"
ROLES: dict[str, Promise] = {
    OWNER: gettext_lazy("the owner"),
    LEADER: gettext_lazy("the leader of the owner's team"),
}


@dataclass(frozen=True)
class Book:
    """Who is there, read once for all steps of a page: names of active people by id."""

    people: Mapping[int, str] = field(default_factory=dict)

    def who(self, value: str) -> str:
        """A stored person in words: "the owner", "Mei"."""
        role = ROLES.get(value)
        return str(role) if role is not None else self.people.get(person_id(value) or 0, "?")


def person_id(value: str) -> int | None:
    """The id in "user:12"; None for a role."""
    kind, _colon, number = value.partition(":")
    return int(number) if kind == "user" and number.isdecimal() and len(number) < 19 else None


@dataclass(frozen=True)
class Param(ABC):
    """One setting of a step."""

    key: str
    label: Any
    default: Any = None
    help: Any = ""

    @abstractmethod
    def check(self, value: Any, book: Book) -> Any:
        """The value as it is stored. ValueError, in words for people, when it does not hold."""

    @abstractmethod
    def field(self, book: Book) -> forms.Field:
        """Its form field."""


@dataclass(frozen=True)
class Number(Param):
    """A whole number between two ends."""

    least: int = 0
    most: int = 365

    def check(self, value: Any, book: Book) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(_("“%(name)s” should be a whole number.") % {"name": self.label})
        if not self.least <= value <= self.most:
            raise ValueError(
                _("“%(name)s” should be between %(least)s and %(most)s, is %(value)s.")
                % {"name": self.label, "least": self.least, "most": self.most, "value": value}
            )
        return value

    def field(self, book: Book) -> forms.Field:
        return forms.IntegerField(
            label=self.label, help_text=self.help, min_value=self.least, max_value=self.most
        )


@dataclass(frozen=True)
class Words(Param):
    """One line of text."""

    limit: int = 200

    def check(self, value: Any, book: Book) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValueError(_("“%(name)s” is empty.") % {"name": self.label})
        if len(value) > self.limit:
            raise ValueError(
                _("“%(name)s” is longer than %(limit)s characters.")
                % {"name": self.label, "limit": self.limit}
            )
        return value.strip()

    def field(self, book: Book) -> forms.Field:
        return forms.CharField(label=self.label, help_text=self.help, max_length=self.limit)


@dataclass(frozen=True)
class Flag(Param):
    """Yes or no."""

    def check(self, value: Any, book: Book) -> bool:
        if not isinstance(value, bool):
            raise ValueError(_("“%(name)s” should be yes or no.") % {"name": self.label})
        return value

    def field(self, book: Book) -> forms.Field:
        return forms.BooleanField(label=self.label, help_text=self.help, required=False)


@dataclass(frozen=True)
class Who(Param):
    """A person by role towards the record (owner, leader), or one by name: "user:12"."""

    roles: tuple[str, ...] = (OWNER,)

    def check(self, value: Any, book: Book) -> str:
        if isinstance(value, str):
            if value in self.roles or person_id(value) in book.people:
                return value
            if person_id(value) is not None:
                raise ValueError(_("The person chosen here is no longer active."))
        raise ValueError(_("“%(name)s” should be chosen from the list.") % {"name": self.label})

    def field(self, book: Book) -> forms.Field:
        people = sorted(book.people.items(), key=lambda one: one[1])
        choices = [(role, capfirst(str(ROLES[role]))) for role in self.roles]
        return forms.ChoiceField(
            label=self.label,
            help_text=self.help,
            choices=[*choices, *((f"user:{pk}", name) for pk, name in people)],
            widget=Combobox,
        )
