"""The pages of passwords: allauth's forms in our words, without texts inside the fields."""

from typing import Any

from allauth.account import forms as account
from django.utils.translation import gettext_lazy as _


class Bare:
    """Labels stand above fields; what a password needs is said once, in one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.help_text = (
                _("At least 10 characters, not only digits.") if name == "password1" else ""
            )


class ChangePasswordForm(Bare, account.ChangePasswordForm):
    """The old password and a new one."""


class ReauthenticateForm(Bare, account.ReauthenticateForm):
    """The password once more, before a change worth a second look."""


class SetPasswordForm(Bare, account.SetPasswordForm):
    """A first password, for who signed in another way."""


class ResetPasswordForm(Bare, account.ResetPasswordForm):
    """Where the link goes."""


class ResetPasswordKeyForm(Bare, account.ResetPasswordKeyForm):
    """A new password by the link of a mail."""
