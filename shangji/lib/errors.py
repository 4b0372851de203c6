"""What actions and queries raise; one middleware turns each into a page, fragment or JSON body.

Messages are for people: pass a translated (lazy) text. Each class carries the HTTP status the
doors answer with, so that no door keeps a table of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """Something the domain refuses. `message` is shown to the person as it is."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message: Text = message

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """The thing is not there, or the actor may not know that it is (404, same text for both)."""

    status = 404
    code = "not_found"

    def __init__(self, message: Text | None = None) -> None:
        super().__init__(message or _("This does not exist, or you cannot see it."))


class MergedAway(NotFound):
    """The thing was merged into another, which the actor sees."""

    code = "merged"

    def __init__(self, into_id: int) -> None:
        super().__init__(_("This was merged into another record."))
        self.into_id = into_id


class Forbidden(DomainError):
    """The actor sees the thing but may not do this with it (403)."""

    status = 403
    code = "forbidden"

    def __init__(self, message: Text | None = None) -> None:
        super().__init__(message or _("You may not do this."))


class OutOfScope(Forbidden):
    """The person may do this and the key's scopes leave it out; `scope` is `type:level`."""

    code = "out_of_scope"

    def __init__(self, scope: str) -> None:
        text = _("This key may not do this: its scopes lack “%(scope)s”.")
        super().__init__(str(text) % {"scope": scope})
        self.scope = scope


class Invalid(DomainError):
    """Input that does not hold (400, or 422 in the API).

    `errors` maps a field key to its messages; the key "" is for the whole input. Raised with a
    dictionary of errors, or with one message for the whole input by `Invalid.whole`.
    """

    status = 400
    code = "invalid"

    def __init__(
        self,
        errors: Mapping[str, Sequence[Text]],
        message: Text | None = None,
    ) -> None:
        self.errors: dict[str, list[str]] = {
            field: [str(text) for text in texts] for field, texts in errors.items()
        }
        if message is None:
            message = next((texts[0] for texts in self.errors.values() if texts), _("Check this."))
        super().__init__(message)

    @classmethod
    def field(cls, key: str, message: Text) -> Invalid:
        """One field, one message."""
        return cls({key: [message]})

    @classmethod
    def whole(cls, message: Text) -> Invalid:
        """One message that belongs to no single field."""
        return cls({"": [message]})


class Conflict(DomainError):
    """Somebody changed the same thing meanwhile (409).

    `fields` maps each contested field to `(mine, theirs)`: what the actor sent and what is
    stored now.
    """

    status = 409
    code = "conflict"

    def __init__(
        self,
        message: Text | None = None,
        fields: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        super().__init__(message or _("Someone else changed this meanwhile."))
        self.fields: dict[str, tuple[object, object]] = dict(fields or {})


class Duplicate(DomainError):
    """Something like it is there already, and the caller asked not to make another (409).

    `hits` are dictionaries of what the actor may know of each.
    """

    status = 409
    code = "duplicate"

    def __init__(self, message: Text, hits: Sequence[Mapping[str, object]]) -> None:
        super().__init__(message)
        self.hits = [dict(one) for one in hits]


class BadInput(ValueError):
    """A value that cannot be read, with a reason for the person who wrote it.

    Raised by the pure readers of `shangji.lib` (money, dates, codes, texts). `template` is the
    translatable text, `params` fill its `%(name)s` places when it is read, so the message comes
    out in the reader's language. Doors turn it into `Invalid` for their field.
    """

    def __init__(self, template: Text, **params: object) -> None:
        super().__init__(template)
        self.template: Text = template
        self.params: dict[str, object] = params

    @property
    def message(self) -> str:
        text = str(self.template)
        return text % self.params if self.params else text

    def __str__(self) -> str:
        return self.message


def os_fault(error: OSError) -> str:
    """What the system says is wrong, for a terminal: "a.csv: no such file or directory"."""
    words = (error.strerror or str(error)).lower()
    return f"{error.filename}: {words}" if error.filename else words
