"""Where allauth meets Shangji: closed sign-up, safe redirects, mail by the outbox."""

from typing import Any, NoReturn
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.foundation.mail.actions import queue_mail
from shangji.foundation.people import lockout
from shangji.foundation.people.actions.identities import link_identity
from shangji.foundation.people.actions.profile import choose_password
from shangji.foundation.people.models import User
from shangji.foundation.people.rules import safe_path
from shangji.foundation.workspace.queries import current_workspace


class AccountAdapter(DefaultAccountAdapter):
    """People are invited; nobody signs up. Wrong passwords are counted by django-axes."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("The mail address or the password is not right."),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "incorrect_code": gettext_lazy("This code is not right, or it is too old."),
        "invalid_password_reset": gettext_lazy("This link has ended"),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a few minutes."),
        "rate_limited": gettext_lazy("Too many tries. Wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return safe_path(url) is not None

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counting is left to django-axes."""

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        lockout.remember_browser(request, response, user.email)
        return response

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """No "signed in as" after every sign-in; other messages stay."""
        template = args[0] if args else kwargs.get("message_template")
        if template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, *args, **kwargs)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built from the configured address, never from the request's Host."""
        path = reverse(
            "account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}
        ).replace("UID-KEY", quote(key))
        return f"{settings.BASE_URL}{path}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:profile")

    def set_password(self, user: User, password: str) -> None:
        """A new password ends other sessions, reset links (both by their hash) and invitations."""
        choose_password(actor=Actor(user, "page"), password=password, now=timezone.now())
        user.refresh_from_db(fields=["password"])
        lockout.forgive(user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail, so that an answer neither waits for nor tells of the mail server."""
        context = {"email": email, "site": settings.BASE_URL, **context}
        message = self.render_mail(template_prefix, email, context)
        queue_mail(to=email, subject=message.subject, text=str(message.body), urgent=True)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect signs in people who exist already: the first time found by a verified mail
    address, from then on by who they are at the provider, whatever their address becomes."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Stop before sign-up: an unknown or unverified address leads back to sign-in."""
        person = sociallogin.user if sociallogin.is_existing else None
        if person is None:
            self._refuse(request, _("Nobody here has this mail address. Ask an administrator."))
        elif not person.is_active:
            self._refuse(request, _("Your access is switched off. Ask an administrator."))
        elif sociallogin._did_authenticate_by_email:
            link_identity(user=person, identity=sociallogin.account, now=timezone.now())
            # allauth would take the password away, for somebody else might have signed up with
            # this address; here people are invited to it and nobody signs up
            sociallogin._did_authenticate_by_email = None

    @staticmethod
    def _refuse(request: HttpRequest, text: str) -> NoReturn:
        messages.error(request, text)
        raise ImmediateHttpResponse(redirect("account_login"))


class MFAAdapter(DefaultMFAAdapter):
    """The second step in our words, under the workspace's name."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or it is too old."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": current_workspace().name}

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}
