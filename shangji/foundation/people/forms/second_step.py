"""The pages of the second step: allauth's forms without texts inside the fields."""

from datetime import datetime
from typing import Any

from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django.core.exceptions import ValidationError
from django.utils import timezone

from shangji.foundation.people import wrong_codes
from shangji.foundation.people.actions.second_step import use_code
from shangji.foundation.people.forms.passwords import Bare


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
