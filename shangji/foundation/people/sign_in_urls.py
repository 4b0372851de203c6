"""Sign-in, password, second factor, OpenID Connect: the pages of allauth that are open here.

Sign-up, own mail addresses and connected accounts stay shut: people are invited.
"""

from allauth.account import views as account
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path

from shangji.foundation.people.pages.start import sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
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
    path(
        "2fa/webauthn/login/",
        login_not_required(webauthn.login_webauthn),
        name="mfa_login_webauthn",
    ),
    path("2fa/", include("allauth.mfa.urls")),
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
