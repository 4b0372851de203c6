"""The pages of the second step: allauth's forms without texts inside the fields."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.people import wrong_codes
from shangji.foundation.people.actions.second_step import use_code
from shangji.foundation.people.forms.passwords import Bare

#: how reading an answer of any shape fails in fido2, which allauth foresees in part
BROKEN = (ValidationError, AttributeError, LookupError, TypeError, ValueError, struct.error)
#: letters of a passkey's name
NAME_LENGTH = 80


class OnceOnly(Bare):
    """A code that was used is no longer right, whichever process took it; wrong ones count."""

    authenticator: Any
    user: Any

    def clean_code(self) -> str:
        try:
            return self._counted()
        except wrong_codes.CodesWait as wait:
            raise ImmediateHttpResponse(wrong_codes.wait_page(context.request, wait)) from wait

    def _counted(self) -> str:
        now = timezone.now()
        failures = wrong_codes.begin(context.request, self.user, now)
        try:
            code = self._once(now)
        except ValidationError:
            wrong_codes.wrong(context.request, self.user, failures)
            raise
        wrong_codes.right(context.request, self.user)
        return code

    def _once(self, now: datetime) -> str:
        code: str = super().clean_code()  # type: ignore[misc] - of allauth's forms beside this one
        if self.authenticator.type == Authenticator.Type.TOTP and not use_code(
            authenticator=self.authenticator,
            code="".join(filter(str.isdigit, code)),
            now=now,
        ):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(OnceOnly, base.AuthenticateForm):
    """A code of the app or a recovery code, at sign-in."""


class ReauthenticateForm(OnceOnly, base.ReauthenticateForm):
    """The same, before a change worth a second look."""


class ActivateTOTPForm(Bare, totp.ActivateTOTPForm):
    """The first code, which shows that the app has the key."""


class DeactivateTOTPForm(totp.DeactivateTOTPForm):
    """Nothing to fill in; what stays afterwards is said."""

    @property
    def passkeys(self) -> bool:
        """Whether the second step stays, by passkeys."""
        return Authenticator.objects.filter(
            user_id=self.authenticator.user_id, type=Authenticator.Type.WEBAUTHN
        ).exists()


@contextmanager
def one_sentence() -> Iterator[None]:
    """Whatever is wrong with the answer of a device, or of who pretends to be one."""
    try:
        yield
    except BROKEN as error:
        raise ValidationError(
            _("This passkey does not work here. Try again, or choose another way.")
        ) from error


class NamedPasskey(Bare):
    """A name that fits into a line."""

    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.max_length = NAME_LENGTH
        name.validators.append(MaxLengthValidator(NAME_LENGTH))
        name.widget.attrs["maxlength"] = str(NAME_LENGTH)


class AddPasskeyForm(NamedPasskey, webauthn.AddWebAuthnForm):
    """What the device made, and how it is called; without a name it gets a number."""

    def clean(self) -> Any:
        with one_sentence():
            return super().clean()


class Known:
    """What a device answers is right, or there is one sentence that says what to do."""

    def clean_credential(self) -> Any:
        with one_sentence():
            return super().clean_credential()  # type: ignore[misc]


class LoginPasskeyForm(Known, webauthn.LoginWebAuthnForm):
    """Signing in by nothing else."""


class AuthenticatePasskeyForm(Known, webauthn.AuthenticateWebAuthnForm):
    """The second step."""


class ReauthenticatePasskeyForm(Known, webauthn.ReauthenticateWebAuthnForm):
    """Before a change worth a second look."""


class EditPasskeyForm(NamedPasskey, webauthn.EditWebAuthnForm):
    """Another name."""

    def save(self) -> Authenticator:
        renamed: Authenticator = super().save()
        messages.success(context.request, _("The passkey was renamed."))
        return renamed
