"""Sign-in, password, second factor, OpenID Connect: the pages of allauth that are open here.

Sign-up, own mail addresses and connected accounts stay shut: people are invited. What stands
behind a second factor and single sign-on is loaded when it is used (docs/decisions/0010).
"""

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path

from shangji.foundation.mail.queries import keeps_mail
from shangji.foundation.people.pages.start import sign_in
from shangji.lib.later import later

_MFA = "allauth.mfa"
# allauth.mfa.urls, each page by its name
second_factor: list[URLPattern | URLResolver] = [
    path("", later(f"{_MFA}.base.views.index"), name="mfa_index"),
    path(
        "authenticate/",
        later(f"{_MFA}.base.views.authenticate", public=True),
        name="mfa_authenticate",
    ),
    path(
        "reauthenticate/",
        later(f"{_MFA}.base.views.reauthenticate"),
        name="mfa_reauthenticate",
    ),
    path("totp/activate/", later(f"{_MFA}.totp.views.activate_totp"), name="mfa_activate_totp"),
    path(
        "totp/deactivate/",
        later(f"{_MFA}.totp.views.deactivate_totp"),
        name="mfa_deactivate_totp",
    ),
    path(
        "recovery-codes/",
        later(f"{_MFA}.recovery_codes.views.view_recovery_codes"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery-codes/generate/",
        later(f"{_MFA}.recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/download/",
        later(f"{_MFA}.recovery_codes.views.download_recovery_codes"),
        name="mfa_download_recovery_codes",
    ),
    path("webauthn/", later(f"{_MFA}.webauthn.views.list_webauthn"), name="mfa_list_webauthn"),
    path("webauthn/add/", later(f"{_MFA}.webauthn.views.add_webauthn"), name="mfa_add_webauthn"),
    path(
        "webauthn/login/",
        later(f"{_MFA}.webauthn.views.login_webauthn", public=True),
        name="mfa_login_webauthn",
    ),
    path(
        "webauthn/reauthenticate/",
        later(f"{_MFA}.webauthn.views.reauthenticate_webauthn"),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "webauthn/keys/<int:pk>/remove/",
        later(f"{_MFA}.webauthn.views.remove_webauthn"),
        name="mfa_remove_webauthn",
    ),
    path(
        "webauthn/keys/<int:pk>/edit/",
        later(f"{_MFA}.webauthn.views.edit_webauthn"),
        name="mfa_edit_webauthn",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        account.PasswordResetDoneView.as_view(extra_context={"keeps_mail": keeps_mail}),
        name="account_reset_password_done",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include(second_factor)),
    path(
        "oidc/cancelled/",
        login_not_required(social.login_cancelled),
        name="socialaccount_login_cancelled",
    ),
    path("oidc/error/", login_not_required(social.login_error), name="socialaccount_login_error"),
    path("oidc/signup/", account.signup, name="socialaccount_signup"),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    # only then: they bring an HTTP client along
    from allauth.socialaccount.providers.openid_connect.views import callback

    from shangji.foundation.people.pages.oidc import go

    urlpatterns += [
        path("oidc/<str:provider_id>/login/", go, name="openid_connect_login"),
        path("oidc/<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    ]
