"""The pages of the second step: allauth's forms without texts inside the fields."""

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp

from shangji.foundation.people.forms.passwords import Bare


class AuthenticateForm(Bare, base.AuthenticateForm):
    """A code of the app or a recovery code, at sign-in."""


class ReauthenticateForm(Bare, base.ReauthenticateForm):
    """The same, before a change worth a second look."""


class ActivateTOTPForm(Bare, totp.ActivateTOTPForm):
    """The first code, which shows that the app has the key."""
